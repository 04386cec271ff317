//! Compound files (MS-CFB): the folder of streams that old Office documents are.

use std::io;

/// Bytes of a compound file that is held in memory: several times what 65,536 rows can be.
pub(super) const LARGEST: u64 = 256 << 20;

/// Chains end with this number or a higher one.
const END: u32 = 0xFFFF_FFFA;

/// A compound file.
pub(super) struct Compound<'b> {
    bytes: &'b [u8],
    /// Bytes of a sector, as a power of two.
    shift: u32,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    /// The stream that small streams lie in.
    mini: Vec<u8>,
    /// Name, first sector, length.
    streams: Vec<(String, u32, u64)>,
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// A number of two bytes, low byte first; 0 beyond the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let pair = bytes.get(at..at.saturating_add(2)).and_then(|pair| pair.try_into().ok());
    pair.map_or(0, u16::from_le_bytes)
}

/// A number of four bytes, low byte first; 0 beyond the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at.saturating_add(4)).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_le_bytes)
}

impl<'b> Compound<'b> {
    /// Reads the directory.
    pub fn open(bytes: &'b [u8]) -> io::Result<Self> {
        let shift = u32::from(u16_at(bytes, 30));
        if !matches!(shift, 9 | 12) {
            return Err(wrong("its sectors have no known size"));
        }
        let mut file = Self {
            bytes,
            shift,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            streams: Vec::new(),
        };
        // Where the sectors of the allocation table are: 109 in the header, more in a chain.
        let mut places: Vec<u32> = (0..109).map(|index| u32_at(bytes, 76 + 4 * index)).collect();
        let per_sector = (1usize << shift) / 4;
        let mut next = u32_at(bytes, 68);
        let mut seen = 0;
        while next < END {
            let sector = file.sector(next)?;
            places.extend((0..per_sector - 1).map(|index| u32_at(sector, 4 * index)));
            next = u32_at(sector, 4 * (per_sector - 1));
            seen += 1;
            if seen > file.sectors() {
                return Err(wrong("its sectors go round in a circle"));
            }
        }
        for place in places.into_iter().filter(|place| *place < END) {
            let sector = file.sector(place)?;
            file.fat.extend((0..per_sector).map(|index| u32_at(sector, 4 * index)));
            if file.fat.len() > file.sectors() + per_sector {
                break;
            }
        }
        let directory = file.chain(u32_at(bytes, 48), usize::MAX)?;
        let mini_fat = file.chain(u32_at(bytes, 60), usize::MAX)?;
        file.mini_fat = (0..mini_fat.len() / 4).map(|at| u32_at(&mini_fat, 4 * at)).collect();
        for entry in directory.as_chunks::<128>().0 {
            let units = usize::from(u16_at(entry, 64)).min(64) / 2;
            let units = (0..units.saturating_sub(1)).map(|at| u16_at(entry, 2 * at));
            let name = String::from_utf16_lossy(&units.collect::<Vec<u16>>());
            let start = u32_at(entry, 116);
            let length = u64::from(u32_at(entry, 120));
            match entry[66] {
                2 => file.streams.push((name, start, length)),
                5 if start < END => file.mini = file.chain(start, size(length))?,
                _ => {}
            }
        }
        Ok(file)
    }

    /// A stream by its name.
    pub fn stream(&self, name: &str) -> Option<io::Result<Vec<u8>>> {
        let (_, start, length) =
            self.streams.iter().find(|(other, _, _)| other.eq_ignore_ascii_case(name))?;
        let cutoff = u64::from(u32_at(self.bytes, 56));
        Some(if *length < cutoff {
            self.small(*start, *length)
        } else {
            self.chain(*start, size(*length))
        })
    }

    fn sectors(&self) -> usize {
        self.bytes.len() >> self.shift
    }

    fn sector(&self, number: u32) -> io::Result<&'b [u8]> {
        let start = (u64::from(number) + 1) << self.shift;
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let end = start.saturating_add(1 << self.shift).min(self.bytes.len());
        self.bytes.get(start..end).ok_or_else(|| wrong("a sector lies beyond its end"))
    }

    /// The bytes of a chain of sectors, at most so many.
    fn chain(&self, first: u32, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut next = first;
        while next < END && bytes.len() < most {
            bytes.extend_from_slice(self.sector(next)?);
            if bytes.len() > self.bytes.len() {
                return Err(wrong("its sectors go round in a circle"));
            }
            next =
                *self.fat.get(next as usize).ok_or_else(|| wrong("a chain of sectors breaks"))?;
        }
        bytes.truncate(most);
        Ok(bytes)
    }

    /// The bytes of a stream in the stream of small ones.
    fn small(&self, first: u32, length: u64) -> io::Result<Vec<u8>> {
        let length = size(length);
        let mut bytes = Vec::new();
        let mut next = first;
        while next < END && bytes.len() < length {
            let start = (next as usize).saturating_mul(64);
            let end = start.saturating_add(64).min(self.mini.len());
            let sector = self.mini.get(start..end).filter(|sector| !sector.is_empty());
            bytes.extend_from_slice(sector.ok_or_else(|| wrong("a sector lies beyond its end"))?);
            if bytes.len() > self.mini.len() {
                return Err(wrong("its sectors go round in a circle"));
            }
            let after = self.mini_fat.get(next as usize);
            next = *after.ok_or_else(|| wrong("a chain of sectors breaks"))?;
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

fn size(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
