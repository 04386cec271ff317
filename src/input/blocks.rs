//! Cutting a stream into blocks that end at line ends.
//!
//! A record is one physical line, so a block may be cut at any line end, and no quote in one line
//! can swallow another; where a quoted cell holds line breaks, the record is put on one line here. Blocks are numbered over all files;
//! a row is named by its block and its line in the block until the numbers of the block's first
//! line is known. So the reader need not count lines, and the result does not depend on where
//! the stream was cut.

use std::io::{self, Read};

use super::line_breaks::LineBreaks;

/// The longest line that is read as a record, in bytes. Longer ones are rejected, and only their
/// beginning is kept. The cutter drops them where it meets them; one that happens to fit into a
/// block is rejected by the reader.
pub const LONGEST_LINE: usize = 1 << 20;

/// Bytes kept of a line that is too long.
pub const EXCERPT: usize = 200;

/// Whole lines of one file.
#[derive(Debug, Default)]
pub struct Block {
    /// Number over all files, from 0.
    pub number: u32,
    /// Index of the file.
    pub file: u32,
    /// If the block is one line that is too long: its length; the text is its beginning.
    pub too_long: Option<u64>,
    /// Records of several lines, which are on one line each in the text.
    pub joined: u64,
    buffer: Vec<u8>,
    filled: usize,
}

impl Block {
    /// The lines, each with its end except perhaps the file's last.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// The buffer, to be used again.
    #[must_use]
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}

/// Cuts one file.
pub struct Blocks<R> {
    reader: R,
    file: u32,
    size: usize,
    /// Bytes after the last line end of the block before.
    tail: Vec<u8>,
    ended: bool,
    breaks: Option<LineBreaks>,
}

impl<R: Read> Blocks<R> {
    /// A cutter for one file, `size` bytes a block (more if a line needs it). `head` are bytes
    /// already read.
    pub fn new(reader: R, file: u32, size: usize, head: Vec<u8>) -> Self {
        Self { reader, file, size: size.max(1), tail: head, ended: false, breaks: None }
    }

    /// Records on several lines are put on one. The head must begin with a record.
    #[must_use]
    pub fn joining(mut self, breaks: Option<LineBreaks>) -> Self {
        self.breaks = breaks;
        self
    }

    /// The next block, numbered `number`, in a recycled buffer; `None` at the end.
    ///
    /// # Errors
    /// What the stream says.
    pub fn next_block(&mut self, number: u32, mut buffer: Vec<u8>) -> io::Result<Option<Block>> {
        // Where a block ends depends on the text and the size alone, neither on how much one read
        // gives nor on the buffer: a second reading must cut the same blocks.
        let mut wanted = self.size.max(self.tail.len());
        // A recycled buffer keeps its length, so that it is zeroed only once in its life.
        if buffer.len() < wanted {
            buffer.resize(wanted, 0);
        }
        let mut filled = self.tail.len();
        buffer[..filled].copy_from_slice(&self.tail);
        self.tail.clear();
        let file = self.file;
        let block = |buffer, filled, too_long| {
            Some(Block { number, file, too_long, joined: 0, buffer, filled })
        };
        let mut searched = 0;
        loop {
            while filled < wanted && !self.ended {
                match self.reader.read(&mut buffer[filled..wanted]) {
                    Ok(0) => self.ended = true,
                    Ok(read) => filled += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            match memchr::memrchr(b'\n', &buffer[searched..filled]) {
                Some(end) => {
                    let end = searched + end + 1;
                    if self.breaks.is_some_and(|breaks| breaks.is_needed(&buffer[..end])) {
                        if let Some((filled, joined)) = self.join(&mut buffer, end, filled) {
                            return Ok(
                                block(buffer, filled, None).map(|block| Block { joined, ..block })
                            );
                        }
                        // The record at the beginning is not whole yet.
                        wanted = filled + self.size.max(1 << 12);
                        if buffer.len() < wanted {
                            buffer.resize(wanted, 0);
                        }
                        continue;
                    }
                    self.tail.extend_from_slice(&buffer[end..filled]);
                    return Ok(block(buffer, end, None));
                }
                None => searched = filled,
            }
            if self.ended {
                return Ok(if filled == 0 { None } else { block(buffer, filled, None) });
            }
            if filled > LONGEST_LINE {
                let length = self.skip_line(filled)?;
                return Ok(block(buffer, EXCERPT, Some(length)));
            }
            wanted = filled + self.size.max(1 << 12);
            if buffer.len() < wanted {
                buffer.resize(wanted, 0);
            }
        }
    }

    /// Joins the records of a block that are on several lines; returns the length of its text and
    /// how many were joined. `None` if the first of them is not there to its end.
    #[cold]
    fn join(&mut self, buffer: &mut Vec<u8>, end: usize, filled: usize) -> Option<(usize, u64)> {
        let joined = self.breaks?.join(&buffer[..filled], end, self.ended);
        if joined.used == 0 {
            return None;
        }
        self.tail.extend_from_slice(&buffer[joined.used..filled]);
        let length = joined.text.len();
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        buffer[..length].copy_from_slice(&joined.text);
        Some((length, joined.records))
    }

    /// Discards the rest of a line that is too long; returns its length without the line end.
    fn skip_line(&mut self, begun: usize) -> io::Result<u64> {
        let mut length = u64::try_from(begun).unwrap_or(u64::MAX);
        let mut chunk = vec![0; 1 << 16];
        loop {
            match self.reader.read(&mut chunk) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(length);
                }
                Ok(read) => {
                    let chunk = &chunk[..read];
                    match memchr::memchr(b'\n', chunk) {
                        Some(end) => {
                            self.tail.extend_from_slice(&chunk[end + 1..]);
                            return Ok(length + u64::try_from(end).unwrap_or(0));
                        }
                        None => length += u64::try_from(read).unwrap_or(0),
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &[u8], size: usize) -> Vec<Block> {
        let mut blocks = Blocks::new(text, 0, size, Vec::new());
        let mut list = Vec::new();
        while let Some(block) =
            blocks.next_block(u32::try_from(list.len()).expect("small"), Vec::new()).expect("reads")
        {
            list.push(block);
        }
        list
    }

    #[test]
    fn every_byte_comes_out_once_and_blocks_end_at_line_ends() {
        let text = b"a,1\nbb,2\r\n\n\"c\nd\",3\nlast";
        for size in 1..40 {
            let blocks = cut(text, size);
            let joined: Vec<u8> = blocks.iter().flat_map(|b| b.text().to_vec()).collect();
            assert_eq!(joined, text, "block size {size}");
            for block in &blocks[..blocks.len() - 1] {
                assert_eq!(block.text().last(), Some(&b'\n'), "block size {size}");
            }
        }
        assert!(cut(b"", 8).is_empty());
    }

    #[test]
    fn a_record_on_several_lines_is_never_cut() {
        let text = b"1,2,3\n4,\"a\nb\nc\",6\r\n7,8,\"d\n4\"\n7,8,\"stray\n4,5,6\n\"e\n\",5,6";
        let expected =
            "1,2,3\n4,\"a b c\",6\r\n\n\n7,8,\"d 4\"\n\n7,8,\"stray\n4,5,6\n\"e \",5,6\n\n";
        for size in 1..60 {
            let breaks = Some(LineBreaks::new(b',', b'"', [3; 2]));
            let mut blocks = Blocks::new(&text[..], 0, size, Vec::new()).joining(breaks);
            let (mut all, mut joined, mut number) = (Vec::new(), 0, 0);
            while let Some(block) = blocks.next_block(number, Vec::new()).expect("reads") {
                all.extend_from_slice(block.text());
                joined += block.joined;
                number += 1;
            }
            assert_eq!(String::from_utf8_lossy(&all), expected, "block size {size}");
            assert_eq!(joined, 3, "block size {size}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_short_and_nothing_else_is_lost() {
        let long = vec![b'x'; 3 * LONGEST_LINE];
        let mut text = b"first\n".to_vec();
        text.extend(&long);
        text.extend(b"\nafter\n");
        for size in [1 << 10, 1 << 16] {
            let blocks = cut(&text, size);
            let long_blocks: Vec<_> = blocks.iter().filter_map(|b| b.too_long).collect();
            assert_eq!(long_blocks, [long.len() as u64], "block size {size}");
            let rest: Vec<u8> = blocks
                .iter()
                .filter(|b| b.too_long.is_none())
                .flat_map(|b| b.text().to_vec())
                .collect();
            assert_eq!(rest, b"first\nafter\n", "block size {size}");
        }
    }
}
