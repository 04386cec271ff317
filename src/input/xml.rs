//! XML as a stream of events, within bounds. No entity but the five of XML itself and those of
//! single characters is ever replaced, and nothing is fetched.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::limit::{DEPTH, TOKEN, too_much};

/// A reader of events.
pub(super) struct Xml<R: Read> {
    reader: quick_xml::Reader<BufReader<Fuelled<R>>>,
    /// Bytes that may still be read for this event.
    fuel: Arc<AtomicU64>,
    buffer: Vec<u8>,
    depth: usize,
}

/// What is read ahead of an event.
const AHEAD: u64 = 1 << 16;

impl<R: Read> Xml<R> {
    /// A reader of `stream`.
    pub fn new(stream: R) -> Self {
        let fuel = Arc::new(AtomicU64::new(0));
        let fuelled = Fuelled { inner: stream, fuel: Arc::clone(&fuel) };
        let buffered = BufReader::with_capacity(AHEAD as usize, fuelled);
        let mut reader = quick_xml::Reader::from_reader(buffered);
        let config = reader.config_mut();
        // Depth counts by tags that open and close.
        config.expand_empty_elements = true;
        Self { reader, fuel, buffer: Vec::new(), depth: 0 }
    }

    /// The next event.
    pub fn next(&mut self) -> io::Result<Event<'_>> {
        self.buffer.clear();
        self.fuel.store(TOKEN + 2 * AHEAD, Ordering::Relaxed);
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|why| wrong(&why))?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > DEPTH {
            return Err(too_much("depth", u64::try_from(DEPTH).unwrap_or(0)));
        }
        Ok(event)
    }
}

/// An error of XML as one of a stream; a bound that was met stays one.
fn wrong(why: &quick_xml::Error) -> io::Error {
    match why {
        quick_xml::Error::Io(inner) => match super::limit::bound(inner) {
            Some(bound) => too_much(bound.what, bound.limit),
            None => io::Error::new(inner.kind(), inner.to_string()),
        },
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}

/// An attribute's value, by its name without prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let mut found = all.with_checks(false).flatten();
    let found = found.find(|attribute| attribute.key.local_name().as_ref() == name);
    found.map(|attribute| value(&attribute).into_owned())
}

fn value<'a>(attribute: &Attribute<'a>) -> Cow<'a, str> {
    let version = quick_xml::XmlVersion::default();
    attribute.normalized_value(version).unwrap_or_else(|_| attribute.value.clone())
}

/// The text of a reference such as `&amp;` or `&#38;`; one that is not known stays as it is.
pub(super) fn reference(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match &**reference {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

/// A stream of which only so much is read at a time.
struct Fuelled<R> {
    inner: R,
    fuel: Arc<AtomicU64>,
}

impl<R: Read> Read for Fuelled<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.fuel.load(Ordering::Relaxed);
        if left == 0 {
            return Err(too_much("token", TOKEN));
        }
        let read = self.inner.read(buffer)?;
        let used = u64::try_from(read).unwrap_or(u64::MAX);
        self.fuel.store(left.saturating_sub(used), Ordering::Relaxed);
        Ok(read)
    }
}
