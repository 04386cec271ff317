//! The parts of a workbook beside its sheets: shared texts, formats, and where each part is.

use std::collections::HashMap;
use std::io;

use quick_xml::events::Event;

use super::limit::{MEMBERS, TEXTS, too_much};
use super::serial::Shape;
use super::store::Store;
use super::xml::{Xml, attribute, reference};

/// `_x000D_` stands for a character that XML can't hold (ECMA-376, part 1, 22.4.2.4).
pub(super) fn escapes(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let character = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match character.and_then(char::from_u32) {
            Some(character) => {
                plain.push(character);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain.push_str(rest);
    plain.into()
}

/// The texts that cells share: one after the other, and where each ends.
#[derive(Default)]
pub(super) struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn read(store: &Store) -> io::Result<Self> {
        let mut texts = Self::default();
        let mut xml = Xml::new(store.open(None)?);
        let (mut in_text, mut phonetic) = (false, false);
        let mut begun = 0;
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "t" => in_text = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "t" => in_text = false,
                    "rPh" => phonetic = false,
                    "si" => {
                        if let std::borrow::Cow::Owned(plain) = escapes(&texts.all[begun..]) {
                            texts.all.replace_range(begun.., &plain);
                        }
                        begun = texts.all.len();
                        texts.ends.push(begun);
                    }
                    _ => {}
                },
                Event::Text(text) if in_text => texts.all.push_str(&text.xml10_content()),
                Event::CData(text) if in_text => texts.all.push_str(&text.xml10_content()),
                Event::GeneralRef(name) if in_text => texts.all.push_str(&reference(&name)),
                Event::Eof => return Ok(texts),
                _ => {}
            }
            if texts.all.len() + 8 * texts.ends.len() > TEXTS {
                return Err(too_much("texts", u64::try_from(TEXTS).unwrap_or(0)));
            }
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.all.get(start..*self.ends.get(index)?)
    }
}

/// What the formats of cells make of numbers.
pub(super) fn shapes(store: &Store) -> io::Result<Vec<Shape>> {
    let mut own: HashMap<u32, Shape> = HashMap::new();
    let mut shapes = Vec::new();
    let mut in_formats = false;
    let mut xml = Xml::new(store.open(None)?);
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok());
                    let code = attribute(&tag, "formatCode").unwrap_or_default();
                    own.extend(id.map(|id| (id, Shape::of_code(&code))));
                }
                "cellXfs" => in_formats = true,
                "xf" if in_formats => {
                    let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok());
                    let id = id.unwrap_or(0u32);
                    shapes.push(own.get(&id).copied().unwrap_or_else(|| Shape::built_in(id)));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_formats = false,
            Event::Eof => return Ok(shapes),
            _ => {}
        }
        if shapes.len() + own.len() > MEMBERS {
            return Err(too_much("members", u64::try_from(MEMBERS).unwrap_or(0)));
        }
    }
}

/// One relation of a part to another.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type's address.
    pub(super) kind: String,
    /// The other part's place in the archive.
    pub(super) target: String,
}

pub(super) fn relations(store: &Store, folder: &str) -> io::Result<Vec<Relation>> {
    let mut relations = Vec::new();
    let mut xml = Xml::new(store.open(None)?);
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                let said = |name| attribute(&tag, name).unwrap_or_default();
                let kind = said("Type").rsplit('/').next().unwrap_or_default().to_owned();
                let target = resolve(folder, &said("Target"));
                relations.push(Relation { id: said("Id"), kind, target });
                if relations.len() > MEMBERS {
                    return Err(too_much("members", u64::try_from(MEMBERS).unwrap_or(0)));
                }
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A path from a folder of the archive.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
