//! An XML document as elements with their places. A document type definition is refused, so that
//! nothing is expanded and nothing is fetched; names are taken without their prefix.

use std::borrow::Cow;

use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::source::{Diagnostic, FileId, Span};

/// Most elements of a document: some 80 bytes are kept of each.
const MOST_ELEMENTS: usize = 2_000_000;
/// Deepest nesting. Invoices need a dozen.
const DEEPEST: usize = 200;

/// A document.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    file: FileId,
    elements: Vec<Stored<'t>>,
}

#[derive(Debug)]
struct Stored<'t> {
    /// What stands between `<` and `>`.
    tag: &'t str,
    /// Where `<` stands.
    start: u32,
    /// Length of the name with its prefix.
    name: u32,
    /// Text directly in it, and the place of that.
    text: Cow<'t, str>,
    from: u32,
    to: u32,
    first_child: Option<u32>,
    next: Option<u32>,
}

/// An element of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    tree: &'t Tree<'t>,
    at: u32,
}

/// Where reading is.
struct Builder<'t> {
    file: FileId,
    text: &'t str,
    elements: Vec<Stored<'t>>,
    /// Open elements, each with its last child.
    open: Vec<(u32, Option<u32>)>,
}

impl<'t> Tree<'t> {
    /// Reads a document.
    ///
    /// # Errors
    /// What is wrong with it, at its place.
    pub(super) fn read(text: &'t str, file: FileId) -> Result<Self, Box<Diagnostic>> {
        let mut reader = Reader::from_str(text);
        let mut builder = Builder { file, text, elements: Vec::new(), open: Vec::new() };
        loop {
            let start = position(reader.buffer_position());
            let event = reader.read_event();
            let end = position(reader.buffer_position());
            let place = Span { file, start, end };
            match event {
                Ok(Event::Start(tag)) => builder.begin(&tag, start, end, false)?,
                Ok(Event::Empty(tag)) => builder.begin(&tag, start, end, true)?,
                Ok(Event::End(_)) => {
                    builder.open.pop();
                }
                Ok(Event::Text(_)) => builder.add(Cow::Borrowed(builder.slice(place)), place)?,
                Ok(Event::CData(data)) => builder.add(data.into_inner(), place)?,
                Ok(Event::GeneralRef(named)) => {
                    let Some(meant) = character(&named) else {
                        return Err(broken(place, "reference"));
                    };
                    builder.add(Cow::Owned(meant.to_string()), place)?;
                }
                Ok(Event::DocType(_)) => {
                    return Err(Box::new(Diagnostic::error("xml-doctype", place)));
                }
                Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => {}
                Ok(Event::Eof) => break,
                Err(why) => {
                    let start = position(reader.error_position());
                    return Err(broken(Span { file, start, end: start }, reason(&why)));
                }
            }
        }
        let end = position(text.len() as u64);
        if let Some((open, _)) = builder.open.last() {
            let start = builder.elements[*open as usize].start;
            return Err(broken(Span { file, start, end: start }, "unclosed"));
        }
        if builder.elements.is_empty() {
            return Err(broken(Span { file, start: end, end }, "nothing"));
        }
        Ok(Self { file, elements: builder.elements })
    }

    /// The outermost element.
    pub(super) fn root(&'t self) -> Element<'t> {
        Element { tree: self, at: 0 }
    }
}

impl<'t> Tree<'t> {
    /// All elements, in their order.
    pub(super) fn elements(&'t self) -> impl Iterator<Item = Element<'t>> {
        (0..position(self.elements.len() as u64)).map(|at| Element { tree: self, at })
    }
}

impl<'t> Builder<'t> {
    fn slice(&self, place: Span) -> &'t str {
        self.text.get(place.start as usize..place.end as usize).unwrap_or_default()
    }

    fn begin(
        &mut self,
        tag: &BytesStart<'_>,
        start: u32,
        end: u32,
        empty: bool,
    ) -> Result<(), Box<Diagnostic>> {
        let place = Span { file: self.file, start, end };
        if self.open.is_empty() && !self.elements.is_empty() {
            return Err(broken(place, "outside"));
        }
        let limit = |what, most: usize| {
            let wrong = Diagnostic::error("xml-limit", place).with("most", most);
            Box::new(wrong.with("what", format!("@xml.most.{what}")))
        };
        if self.elements.len() >= MOST_ELEMENTS {
            return Err(limit("elements", MOST_ELEMENTS));
        }
        if self.open.len() >= DEEPEST {
            return Err(limit("depth", DEEPEST));
        }
        if tag.attributes().with_checks(false).any(|attribute| attribute.is_err()) {
            return Err(broken(place, "attribute"));
        }
        let inner = self.slice(place);
        let inner = inner.strip_prefix('<').unwrap_or(inner);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let inner = if empty { inner.strip_suffix('/').unwrap_or(inner) } else { inner };
        let at = position(self.elements.len() as u64);
        self.elements.push(Stored {
            tag: inner,
            start,
            name: position(tag.name().as_ref().len() as u64),
            text: Cow::Borrowed(""),
            from: end,
            to: end,
            first_child: None,
            next: None,
        });
        if let Some((parent, last)) = self.open.last_mut() {
            match last {
                Some(before) => self.elements[*before as usize].next = Some(at),
                None => self.elements[*parent as usize].first_child = Some(at),
            }
            *last = Some(at);
        }
        if !empty {
            self.open.push((at, None));
        }
        Ok(())
    }

    /// Adds text to the open element.
    fn add(&mut self, piece: Cow<'t, str>, place: Span) -> Result<(), Box<Diagnostic>> {
        let blank = piece.trim().is_empty();
        let Some((open, _)) = self.open.last() else {
            // A byte-order mark was taken off before.
            return if blank { Ok(()) } else { Err(broken(place, "outside")) };
        };
        let element = &mut self.elements[*open as usize];
        if element.text.is_empty() {
            if !blank {
                (element.text, element.from, element.to) = (piece, place.start, place.end);
            }
            return Ok(());
        }
        element.text.to_mut().push_str(&piece);
        element.to = place.end;
        Ok(())
    }
}

impl<'t> Element<'t> {
    fn stored(self) -> &'t Stored<'t> {
        &self.tree.elements[self.at as usize]
    }

    /// Its name without prefix.
    pub(super) fn name(self) -> &'t str {
        let whole = self.whole_name();
        whole.rsplit_once(':').map_or(whole, |(_, local)| local)
    }

    fn whole_name(self) -> &'t str {
        let stored = self.stored();
        stored.tag.get(..stored.name as usize).unwrap_or_default()
    }

    /// The place of its start tag.
    pub(super) fn place(self) -> Span {
        let stored = self.stored();
        let end = stored.start + position(stored.tag.len() as u64) + 2;
        Span { file: self.tree.file, start: stored.start, end }
    }

    /// The text directly in it, trimmed, and its place.
    pub(super) fn text(self) -> (&'t str, Span) {
        let stored = self.stored();
        let text = stored.text.trim();
        let plain = matches!(stored.text, Cow::Borrowed(_));
        let before = if plain { stored.text.len() - stored.text.trim_start().len() } else { 0 };
        let start = stored.from + position(before as u64);
        let end = if plain { start + position(text.len() as u64) } else { stored.to };
        (text, Span { file: self.tree.file, start, end })
    }

    /// What an attribute says, by its name without prefix.
    pub(super) fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        self.attributes().find(|(key, _)| key.rsplit(':').next() == Some(name)).map(|(_, v)| v)
    }

    fn attributes(self) -> impl Iterator<Item = (String, Cow<'t, str>)> {
        let stored = self.stored();
        let tag = BytesStart::from_content(stored.tag, stored.name as usize);
        let mut attributes: Vec<(String, Cow<'t, str>)> = Vec::new();
        for attribute in tag.attributes().with_checks(false).flatten() {
            let key = attribute.key.as_ref().to_owned();
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map(Cow::into_owned)
                .unwrap_or_default();
            attributes.push((key, Cow::Owned(value)));
        }
        attributes.into_iter()
    }

    /// The namespace of its name, if it declares it itself, as outermost elements do.
    pub(super) fn namespace(self) -> Option<Cow<'t, str>> {
        let declared = match self.whole_name().split_once(':') {
            Some((prefix, _)) => format!("xmlns:{prefix}"),
            None => "xmlns".to_owned(),
        };
        self.attributes().find(|(key, _)| *key == declared).map(|(_, value)| value)
    }

    /// The elements directly in it.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let next = move |child: &Self| child.stored().next.map(|at| Self { at, ..self });
        std::iter::successors(self.stored().first_child.map(|at| Self { at, ..self }), next)
    }

    /// The elements of a name directly in it.
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first element down a path of names, itself down none; names parted by `|` are the same in
    /// different editions.
    pub(super) fn find(self, path: &str) -> Option<Self> {
        if path.is_empty() {
            return Some(self);
        }
        path.split('/').try_fold(self, |element, names| {
            element.children().find(|child| names.split('|').any(|name| name == child.name()))
        })
    }
}

fn position(at: u64) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The character of `&#48;` or of one of the five names that XML has by itself.
fn character(named: &BytesRef<'_>) -> Option<char> {
    match &**named {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => named.resolve_char_ref().ok().flatten(),
    }
}

fn broken(place: Span, why: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("xml-syntax", place).with("why", format!("@xml.why.{why}")))
}

fn reason(why: &Error) -> &'static str {
    match why {
        Error::Syntax(_) => "cut",
        Error::IllFormed(IllFormedError::MissingEndTag(_)) => "unclosed",
        Error::IllFormed(
            IllFormedError::UnmatchedEndTag(_) | IllFormedError::MismatchedEndTag { .. },
        ) => "end-tag",
        Error::IllFormed(IllFormedError::UnclosedReference) => "reference",
        Error::InvalidAttr(_) => "attribute",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn code(text: &str) -> Option<(&'static str, String)> {
        let file = SourceMap::default().add("a.xml", text);
        let wrong = Tree::read(text, file).err()?;
        let why = wrong.values.iter().find(|(name, _)| *name == "why");
        Some((wrong.code, why.map(|(_, why)| why.clone()).unwrap_or_default()))
    }

    #[test]
    fn finds_elements_and_their_places() {
        let text = "<?xml version=\"1.0\"?>\n<a:Invoice xmlns:a=\"urn:x\">\n <ID k=\"1&amp;2\"> A&amp;B </ID><L><Q>2</Q></L><L/>\n</a:Invoice>";
        let mut sources = SourceMap::default();
        let file = sources.add("a.xml", text);
        let tree = Tree::read(text, file).expect("reads");
        let root = tree.root();
        assert_eq!((root.name(), root.namespace().as_deref()), ("Invoice", Some("urn:x")));
        let id = root.find("Number|ID").expect("there");
        assert_eq!((id.text().0, id.attribute("k").as_deref()), ("A&B", Some("1&2")));
        let quantity = root.find("L/Q").expect("there").text();
        assert_eq!((quantity.0, sources.place(quantity.1)), ("2", "a.xml:3:38".to_owned()));
        assert_eq!(root.all("L").count(), 2);
        assert_eq!(sources.place(root.find("L").expect("there").place()), "a.xml:3:32");
    }

    #[test]
    fn what_is_broken_is_said() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert_eq!(code(bomb), Some(("xml-doctype", String::new())));
        for (text, why) in [
            ("<a>&c;</a>", "reference"),
            ("<a>&#0;</a>", "reference"),
            ("<a><b></a>", "end-tag"),
            ("<a><b></b>", "unclosed"),
            ("<a", "cut"),
            ("<a x=1></a>", "attribute"),
            ("<a/><b/>", "outside"),
            ("<a/>text", "outside"),
            ("<!-- nothing -->", "nothing"),
        ] {
            assert_eq!(code(text), Some(("xml-syntax", format!("@xml.why.{why}"))), "{text}");
        }
        let deep = "<a>".repeat(DEEPEST + 1);
        assert_eq!(code(&deep).map(|(code, _)| code), Some("xml-limit"));
    }
}
