//! How dialled numbers are read.

use std::collections::BTreeMap;

use crate::number::area_by_code;
use crate::source::Need::Optional;
use crate::source::{Cursor, Diagnostic, Field, Kind, Section, key};
use crate::tariff::companion::Companions;
use crate::tariff::parser::Parser;

pub(in crate::tariff) static NUMBERS: Section = Section {
    name: "numbers",
    about: ["How dialled numbers are read.", "号码如何识别。"],
    keys: &[
        key(
            "home_area",
            Kind::Text,
            Optional,
            "area code of `area = \"home\"` and of fixed numbers dialled without one",
            "本地区号",
        ),
        key(
            "strip",
            Kind::Texts,
            Optional,
            "technical prefixes to take off before a number is read: \"9\", \"S0099\"",
            "需剥除的技术前缀, 如 \"9\", \"S0099\"",
        ),
        key(
            "segments",
            Kind::Text,
            Optional,
            "a CSV file beside the contract, `segment,area` (`1380571,0571`), over the built-in table of mobile segments",
            "自备号段表, 覆盖内置号段表",
        ),
    ],
};

/// How numbers are read.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Home area code, e.g. `0571`.
    pub home: Option<String>,
    /// Technical prefixes.
    pub strip: Vec<String>,
    /// The user's own segments: segment → area code.
    pub segments: BTreeMap<u32, String>,
}

/// Rows of a wrong file of segments that are reported.
const SEGMENTS_SHOWN: usize = 5;

impl Parser {
    pub(in crate::tariff) fn numbers(
        &mut self,
        table: &Cursor<'_>,
        files: &mut Companions<'_>,
    ) -> Numbers {
        let home = table.text("home_area").and_then(|code| self.area_code(&code, "help"));
        let mut strip: Vec<String> = Vec::new();
        for prefix in table.texts("strip") {
            // Some switches put letters before a number: `S0099`.
            if !prefix.value.is_empty() && prefix.value.bytes().all(|b| b.is_ascii_alphanumeric()) {
                strip.push(prefix.value);
            } else {
                self.found.push(
                    Diagnostic::error("prefix-digits", prefix.span)
                        .with("typed", prefix.value)
                        .helped_by("help-strip"),
                );
            }
        }
        strip.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
        let segments =
            table.text("segments").map(|path| self.segments(&path, files)).unwrap_or_default();
        Numbers { home, strip, segments }
    }

    /// `segment,area` lines; a header line and comments (`#`) are allowed.
    fn segments(
        &mut self,
        path: &Field<String>,
        files: &mut Companions<'_>,
    ) -> BTreeMap<u32, String> {
        let file = match files.read(path, "segments") {
            Ok(file) => file,
            Err(why) => {
                self.found.push(*why);
                return BTreeMap::new();
            }
        };
        let text = files.text(file);
        let mut segments = BTreeMap::new();
        let mut wrong = 0;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start_matches('\u{feff}').trim();
            let first_is_digit = line.starts_with(|c: char| c.is_ascii_digit());
            if line.is_empty() || line.starts_with('#') || (index == 0 && !first_is_digit) {
                continue;
            }
            let row = line.split_once([',', '\t']).and_then(|(segment, area)| {
                let segment = segment.trim().parse::<u32>().ok()?;
                let area = area_by_code(area.trim().as_bytes()).code()?;
                (1_300_000..2_000_000).contains(&segment).then_some((segment, area.to_owned()))
            });
            match row {
                Some((segment, area)) => {
                    segments.insert(segment, area);
                }
                // A file of another form is wrong on every line.
                None if wrong == SEGMENTS_SHOWN => break,
                None => {
                    wrong += 1;
                    self.found.push(
                        Diagnostic::error("segment-row", path.span)
                            .with("path", &path.value)
                            .with("line", index + 1)
                            .with("typed", line),
                    );
                }
            }
        }
        files.counts(file, segments.len());
        segments
    }

    pub(in crate::tariff) fn area_code(
        &mut self,
        code: &Field<String>,
        help: &'static str,
    ) -> Option<String> {
        let area = area_by_code(code.value.as_bytes());
        if area.code().is_none() {
            self.found.push(
                Diagnostic::error("area-unknown", code.span)
                    .with("typed", &code.value)
                    .helped_by(help),
            );
        }
        area.code().map(str::to_owned)
    }
}
