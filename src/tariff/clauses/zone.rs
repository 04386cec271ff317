//! Classes of destinations.

use std::collections::{BTreeMap, BTreeSet};

use super::call::Direction;
use super::prefix::{digits_of, spell};
use crate::number::{Area, Kind as NumberKind, area_by_code};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Diagnostics, Kind, Section, Span, key, suggestion};
use crate::tariff::parser::Parser;
use crate::when::{Day, Validity};

pub(in crate::tariff) static ZONE: Section = Section {
    name: "zone",
    about: [
        "A class of destinations. The longest matching prefix wins; then a zone with an area before one without, then one with a kind before one without.",
        "一类被叫号码。最长前缀优先, 其次有区号者, 再次有号码类型者。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the name that prices refer to", "名称"),
        key(
            "match",
            Kind::Table(&MATCH),
            Optional,
            "which numbers; left out, every number",
            "匹配条件, 不写则匹配所有号码",
        ),
    ],
};

static MATCH: Section = Section {
    name: "match",
    about: [
        "All conditions given must hold; within one list, any.",
        "各条件须同时满足, 列表内任一即可。",
    ],
    keys: &[
        key(
            "kind",
            Kind::Texts,
            Optional,
            "`mobile`, `fixed`, `service`, `international`",
            "移动, 固话, 服务号码, 国际",
        ),
        key(
            "area",
            Kind::Texts,
            Optional,
            "area codes such as `0571`; `home`; `caller` for the area of the calling number",
            "区号, `home` 本地, `caller` 与主叫同区",
        ),
        key(
            "prefix",
            Kind::Texts,
            Optional,
            "leading digits: `138`, `0571`, `+44` or `0044`",
            "号码前缀",
        ),
    ],
};

/// The words of `match.kind`.
pub static NUMBER_KINDS: &[&str] = &NumberKind::WORDS;

/// A class of destinations.
#[derive(Clone, Debug)]
pub struct DestinationZone {
    /// The name.
    pub name: String,
    /// Kinds; empty is any.
    pub kinds: Vec<NumberKind>,
    /// Areas; empty is any.
    pub areas: Vec<AreaMatch>,
    /// Normalised prefixes with their places; empty is any.
    pub prefixes: Vec<(String, Span)>,
    /// Of rows of a deck: which calls they speak of.
    pub reach: Option<Reach>,
    /// Where it stands.
    pub at: Span,
}

/// Which calls the rows of a deck speak of; others go by a shorter prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// By direction, in the order of [`Direction::ALL`].
    pub directions: [bool; 3],
    /// On which days.
    pub valid: Validity,
}

impl Reach {
    /// True of a call in that direction on that day.
    #[must_use]
    pub fn hold(&self, direction: Direction, day: Day) -> bool {
        // The leg to the caller goes to a number as a call does.
        let outward = Direction::Outbound as usize;
        *self.directions.get(direction as usize).unwrap_or(&self.directions[outward])
            && self.valid.contains(day)
    }

    /// True if some call is within both.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        let mut directions = self.directions.iter().zip(other.directions);
        directions.any(|(a, b)| *a && b) && self.valid.meets(other.valid)
    }
}

/// An area condition of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaMatch {
    /// This area.
    Is(Area),
    /// The area of the calling number.
    SameAsCaller,
}

impl Parser {
    pub(in crate::tariff) fn destination_zones(
        &mut self,
        root: &Cursor<'_>,
        home: Option<&str>,
    ) -> Vec<DestinationZone> {
        let tables = root.tables("zone");
        tables
            .iter()
            .zip(self.zones.clone())
            .map(|(table, name)| {
                let mut zone = DestinationZone {
                    name: name.value,
                    kinds: Vec::new(),
                    areas: Vec::new(),
                    prefixes: Vec::new(),
                    reach: None,
                    at: table.span(),
                };
                if let Some(matching) = table.table("match") {
                    self.matching(&matching, home, &mut zone);
                }
                zone
            })
            .collect()
    }

    fn matching(&mut self, table: &Cursor<'_>, home: Option<&str>, zone: &mut DestinationZone) {
        for word in table.texts("kind") {
            match NumberKind::from_word(&word.value) {
                Some(kind) => zone.kinds.push(kind),
                None => {
                    let words = NUMBER_KINDS;
                    self.found.push(
                        Diagnostic::error("value-word", word.span)
                            .with("key", "kind")
                            .with("section", "match")
                            .with("typed", &word.value)
                            .with("words", words.join(", "))
                            .meaning(suggestion(&word.value, words.iter().copied())),
                    );
                }
            }
        }
        for code in table.texts("area") {
            match (code.value.as_str(), home) {
                ("caller", _) => zone.areas.push(AreaMatch::SameAsCaller),
                ("home", Some(home)) => {
                    zone.areas.push(AreaMatch::Is(area_by_code(home.as_bytes())));
                }
                ("home", None) => {
                    self.found.push(Diagnostic::error("home-area-missing", code.span));
                }
                _ => {
                    if let Some(known) = self.area_code(&code, "help-zone") {
                        zone.areas.push(AreaMatch::Is(area_by_code(known.as_bytes())));
                    }
                }
            }
        }
        for prefix in table.texts("prefix") {
            if let Some(home) = at_home(&prefix.value) {
                let wrong = Diagnostic::error("prefix-home", prefix.span);
                let wrong = wrong.with("typed", &prefix.value).with("prefixes", home.join(", "));
                let all = home.len() > 2;
                self.found.push(if all { wrong.helped_by("help-kinds") } else { wrong });
                continue;
            }
            let digits = match prefix.value.strip_prefix('+') {
                Some(rest) => format!("00{rest}"),
                None => prefix.value.clone(),
            };
            if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                zone.prefixes.push((digits, prefix.span));
            } else {
                self.found.push(
                    Diagnostic::error("prefix-digits", prefix.span).with("typed", prefix.value),
                );
            }
        }
    }
}

/// What a prefix of +86 is at home, where numbers are looked up without country code; `None` of other
/// prefixes.
fn at_home(text: &str) -> Option<Vec<String>> {
    if !["+86", "0086"].iter().any(|code| text.starts_with(code)) {
        return None;
    }
    let mut spelled = Vec::new();
    spell(text, None, &mut spelled).ok()?;
    Some(spelled.into_iter().map(|(number, _)| format!("\"{}\"", digits_of(number))).collect())
}

/// Two zones of equal rank that share a number leave its price open.
pub(in crate::tariff) fn ties(zones: &[DestinationZone], found: &mut Diagnostics) {
    // Zones with prefixes meet in a prefix; so each is held only against those that share one.
    let mut seen: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, zone) in zones.iter().enumerate() {
        let mut prefixes: Vec<&str> =
            zone.prefixes.iter().map(|(digits, _)| digits.as_str()).collect();
        if prefixes.is_empty() {
            prefixes.push("");
        }
        let met = prefixes.iter().filter_map(|prefix| seen.get(prefix)).flatten();
        let others: BTreeSet<usize> = met.copied().collect();
        for prefix in prefixes {
            seen.entry(prefix).or_default().push(index);
        }
        for other in others.into_iter().map(|other| &zones[other]) {
            let Some(shared) = tie(zone, other) else {
                continue;
            };
            let at = match shared {
                Some(prefix) => zone
                    .prefixes
                    .iter()
                    .find(|(digits, _)| digits == prefix)
                    .map_or(zone.at, |(_, span)| *span),
                None => zone.at,
            };
            let other_at = match shared {
                Some(prefix) => other
                    .prefixes
                    .iter()
                    .find(|(digits, _)| digits == prefix)
                    .map_or(other.at, |(_, span)| *span),
                None => other.at,
            };
            let diagnostic = Diagnostic::error("zones-tie", at)
                .and(other_at)
                .with("name", &zone.name)
                .with("other", &other.name);
            found.push(match shared {
                Some(prefix) => diagnostic.with("prefix", prefix).helped_by("help-prefix"),
                None => diagnostic,
            });
        }
    }
}

/// `Some` if a number can belong to both zones with equal rank; the prefix they share, if any.
fn tie<'z>(a: &'z DestinationZone, b: &DestinationZone) -> Option<Option<&'z str>> {
    let ranks = |zone: &DestinationZone| (!zone.areas.is_empty(), !zone.kinds.is_empty());
    if ranks(a) != ranks(b) {
        return None;
    }
    let kinds_meet = a.kinds.is_empty() || a.kinds.iter().any(|kind| b.kinds.contains(kind));
    // "Same area as the caller" can be any area, so two such zones meet only in each other.
    let areas_meet = a.areas.is_empty()
        || a.areas.iter().any(|area| {
            b.areas.contains(area)
                || (*area == AreaMatch::SameAsCaller && b.areas.contains(&AreaMatch::SameAsCaller))
        });
    if !kinds_meet || !areas_meet {
        return None;
    }
    match (a.prefixes.is_empty(), b.prefixes.is_empty()) {
        (true, true) => Some(None),
        (false, false) => a
            .prefixes
            .iter()
            .map(|(digits, _)| digits.as_str())
            .find(|digits| b.prefixes.iter().any(|(other, _)| other == digits))
            .map(Some),
        // A prefix outranks no prefix.
        _ => None,
    }
}
