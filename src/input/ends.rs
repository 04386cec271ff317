//! Lines that end with a carriage return alone, as on old Macs, or some of them.

use std::io::{self, Read};

/// True if a carriage return alone ends lines in a file's first bytes. One inside quotes is part of
/// a text.
#[must_use]
pub fn has_bare_returns(head: &[u8]) -> bool {
    if memchr::memchr(b'\n', head).is_none() {
        return memchr::memchr(b'\r', head.trim_ascii()).is_some();
    }
    let mut quoted = false;
    for (at, byte) in head.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            // A quote that is never closed ends with its line.
            b'\n' => quoted = false,
            // Twice before a line feed, as some programs write it, is one line end.
            b'\r' if !quoted && head.get(at + 1).is_some_and(|next| !b"\r\n".contains(next)) => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// A stream in which every line ends with a line feed.
pub struct LineEnds<R> {
    inner: R,
    after_return: bool,
}

impl<R: Read> LineEnds<R> {
    /// A stream of which some lines end with a carriage return.
    pub fn new(inner: R) -> Self {
        Self { inner, after_return: false }
    }
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            if read == 0 {
                return Ok(0);
            }
            let mut kept = 0;
            for at in 0..read {
                let byte = buffer[at];
                // The return before it has ended the line.
                if byte != b'\n' || !self.after_return {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                self.after_return = byte == b'\r';
            }
            // Nothing at all would mean the end.
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte a read, so that every pair of bytes is torn.
    struct Slow<'t>(&'t [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(1);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn every_line_end_becomes_a_line_feed() {
        for (text, expected) in [
            ("a\rb\rc", "a\nb\nc"),
            ("a\r\nb\rc\n", "a\nb\nc\n"),
            ("a\r\r\nb\n\nc\r", "a\n\nb\n\nc\n"),
            ("", ""),
        ] {
            let mut fast = String::new();
            LineEnds::new(text.as_bytes()).read_to_string(&mut fast).expect("reads");
            let mut slow = String::new();
            LineEnds::new(Slow(text.as_bytes())).read_to_string(&mut slow).expect("reads");
            assert_eq!((fast.as_str(), slow.as_str()), (expected, expected), "{text:?}");
        }
    }

    #[test]
    fn returns_that_end_no_line() {
        for text in
            ["a\nb\n", "a\r\nb\r\n", "a\r\r\nb\r\r\n", "\"a\rb\"\nc\n", "a\n\"b\nc\r", "a\r"]
        {
            assert!(!has_bare_returns(text.as_bytes()), "{text:?}");
        }
        for text in ["a\rb\r", "a\rb\nc\n", "a\r\nb\rc\r\n", "\"a\nb\rc"] {
            assert!(has_bare_returns(text.as_bytes()), "{text:?}");
        }
    }
}
