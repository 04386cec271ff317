//! Cutting a stream into blocks that end at line ends.
//!
//! A record is one physical line unless a dialect says otherwise, so a block may be cut at any
//! line end, and no quote in one line can swallow another. Blocks are numbered over all files;
//! a row is named by its block and its line in the block until the numbers of the block's first
//! line is known. So the reader need not count lines, and the result does not depend on where
//! the stream was cut.

use std::io::{self, Read};

/// The longest line that is read as a record, in bytes. Longer ones are rejected, and only their
/// beginning is kept.
pub const LONGEST_LINE: usize = 1 << 20;

/// Bytes kept of a line that is too long.
const EXCERPT: usize = 200;

/// Whole lines of one file.
#[derive(Debug, Default)]
pub struct Block {
    /// Number over all files, from 0.
    pub number: u32,
    /// Index of the file.
    pub file: u32,
    /// The lines, each with its end except perhaps the file's last.
    pub bytes: Vec<u8>,
    /// If the block is one line that is too long: its length. `bytes` then holds its beginning.
    pub too_long: Option<u64>,
}

/// Cuts one file.
pub struct Blocks<R> {
    reader: R,
    file: u32,
    size: usize,
    /// Bytes after the last line end of the block before.
    tail: Vec<u8>,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    /// A cutter for one file, `size` bytes a block (more if a line needs it). `head` are bytes
    /// already read.
    pub fn new(reader: R, file: u32, size: usize, head: Vec<u8>) -> Self {
        Self {
            reader,
            file,
            size: size.max(1),
            tail: head,
            ended: false,
        }
    }

    /// The next block, numbered `number`, in a recycled buffer; `None` at the end.
    ///
    /// # Errors
    /// What the stream says.
    pub fn next_block(&mut self, number: u32, mut buffer: Vec<u8>) -> io::Result<Option<Block>> {
        buffer.clear();
        let file = self.file;
        let block = |bytes, too_long| {
            Some(Block {
                number,
                file,
                bytes,
                too_long,
            })
        };
        std::mem::swap(&mut buffer, &mut self.tail);
        let mut searched = 0;
        loop {
            if let Some(end) = memchr::memrchr(b'\n', &buffer[searched..]) {
                let end = searched + end + 1;
                // A full block, or all there is.
                if buffer.len() >= self.size || self.ended {
                    self.tail.extend_from_slice(&buffer[end..]);
                    buffer.truncate(end);
                    return Ok(block(buffer, None));
                }
            } else {
                searched = buffer.len();
            }
            if self.ended {
                return Ok(if buffer.is_empty() {
                    None
                } else {
                    block(buffer, None)
                });
            }
            if searched > LONGEST_LINE {
                let length = self.skip_line(&mut buffer)?;
                buffer.truncate(EXCERPT);
                return Ok(block(buffer, Some(length)));
            }
            let missing = self.size.saturating_sub(buffer.len()).max(1 << 12);
            let limit = u64::try_from(missing).unwrap_or(u64::MAX);
            buffer.reserve_exact(missing);
            if self.reader.by_ref().take(limit).read_to_end(&mut buffer)? == 0 {
                self.ended = true;
            }
        }
    }

    /// Discards the rest of a line that is too long; returns its length without the line end.
    fn skip_line(&mut self, begun: &mut Vec<u8>) -> io::Result<u64> {
        let mut length = u64::try_from(begun.len()).unwrap_or(u64::MAX);
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
        while let Some(block) = blocks
            .next_block(u32::try_from(list.len()).expect("small"), Vec::new())
            .expect("reads")
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
            let joined: Vec<u8> = blocks.iter().flat_map(|b| b.bytes.clone()).collect();
            assert_eq!(joined, text, "block size {size}");
            for block in &blocks[..blocks.len() - 1] {
                assert_eq!(block.bytes.last(), Some(&b'\n'), "block size {size}");
            }
        }
        assert!(cut(b"", 8).is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_short_and_nothing_else_is_lost() {
        let long = vec![b'x'; LONGEST_LINE + 5000];
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
                .flat_map(|b| b.bytes.clone())
                .collect();
            assert_eq!(rest, b"first\nafter\n", "block size {size}");
        }
    }
}
