//! Words of status and direction, and what was noticed of them and of other fields.

use std::collections::BTreeMap;

use super::call::Outcome;
use super::dialect::fold_header;
use super::kinds::{is_no_call, unanswered};
use super::pattern::is_among;
use super::read::trim;
use super::{Field, Layout};
use crate::input::{Encoding, decode_line};
use crate::tariff::Direction;
use crate::text::ShortText;

/// Things noticed while reading that reject no line. Sums, so that parts merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Telephone numbers of which a spreadsheet has lost digits, masked; matched with nothing.
    pub damaged_numbers: WordCounts,
    /// Quotes never closed, taken as text.
    pub stray_quotes: u64,
    /// Records with line breaks in quoted cells.
    pub line_breaks: u64,
    /// Lines with bytes that are no text; they were replaced.
    pub replaced_text: u64,
    /// Start times without seconds.
    pub minutes_only: u64,
    /// Lengths of time with a fraction of a second.
    pub fractions: u64,
    /// Records marked answered with no talk time.
    pub answered_zero: u64,
    /// Records marked unanswered with talk time.
    pub unanswered_talk: u64,
    /// Status words not known; the talk time decided.
    pub unknown_status: WordCounts,
    /// Of these, records taken as answered only because they last some time.
    pub unclear: u64,
    /// Their talk time, seconds.
    pub unclear_talk: u64,
    /// Direction words not known; taken as outbound.
    pub unknown_direction: WordCounts,
}

/// Words with how often they came: all are counted, the first few in alphabetical order are kept,
/// so that a column that is no code at all does not fill memory, and parts merge to the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordCounts {
    /// Records in all.
    pub total: u64,
    /// The first words.
    pub words: BTreeMap<String, u64>,
}

impl WordCounts {
    const KEPT: usize = 16;

    pub(super) fn add(&mut self, word: String, count: u64) {
        self.total += count;
        *self.words.entry(word).or_default() += count;
        if self.words.len() > Self::KEPT {
            self.words.pop_last();
        }
    }

    fn merge(&mut self, other: Self) {
        let total = self.total + other.total;
        for (word, count) in other.words {
            self.add(word, count);
        }
        self.total = total;
    }
}

impl Notes {
    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        self.damaged_numbers.merge(other.damaged_numbers);
        self.stray_quotes += other.stray_quotes;
        self.line_breaks += other.line_breaks;
        self.replaced_text += other.replaced_text;
        self.minutes_only += other.minutes_only;
        self.fractions += other.fractions;
        self.answered_zero += other.answered_zero;
        self.unanswered_talk += other.unanswered_talk;
        self.unknown_status.merge(other.unknown_status);
        self.unclear += other.unclear;
        self.unclear_talk += other.unclear_talk;
        self.unknown_direction.merge(other.unknown_direction);
    }
}

/// A word of a coded column that was met, and what it means.
type Known<T> = Vec<(Vec<u8>, Option<T>)>;

/// What the words of one file's coded columns mean. Each worker has its own.
pub(super) struct Words<'l> {
    layout: &'l Layout,
    encoding: Encoding,
    has_status: bool,
    has_direction: bool,
    status: Known<Outcome>,
    last_answered: Option<ShortText>,
    last_unanswered: Option<ShortText>,
    directions: Vec<(Vec<u8>, Way)>,
}

/// What the word of a column of directions or kinds says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Which way the call went.
    Went(Direction),
    /// Which way, and that nobody answered: `missed`.
    Unanswered(Direction),
    /// Nothing that is known; taken as outbound.
    Unknown,
    /// The row is no call: `SMS`.
    NoCall,
}

impl Way {
    pub(super) fn direction(self) -> Direction {
        match self {
            Self::Went(direction) | Self::Unanswered(direction) => direction,
            Self::Unknown | Self::NoCall => Direction::Outbound,
        }
    }

    /// How the call ended, if the word says that too.
    pub(super) fn outcome(self) -> Option<Outcome> {
        matches!(self, Self::Unanswered(_)).then_some(Outcome::Unanswered)
    }
}

impl<'l> Words<'l> {
    pub(super) fn new(layout: &'l Layout, encoding: Encoding) -> Self {
        Self {
            layout,
            encoding,
            has_status: layout.column(Field::Status).is_some(),
            has_direction: layout.column(Field::Direction).is_some(),
            status: Vec::new(),
            last_answered: None,
            last_unanswered: None,
            directions: Vec::new(),
        }
    }

    /// How a call ended; `None` if the file does not say, or in a word that is not known.
    #[inline(always)]
    pub(super) fn outcome(&mut self, text: &[u8], notes: &mut Notes) -> Option<Outcome> {
        if !self.has_status {
            return None;
        }
        // The last unanswered and the last answered word decide nearly every row.
        let short = ShortText::new(text);
        if short.is_some() && short == self.last_unanswered {
            return Some(Outcome::Unanswered);
        }
        if short.is_some() && short == self.last_answered {
            return Some(Outcome::Answered);
        }
        let meaning = self.look_up_outcome(text);
        match meaning {
            Some(Outcome::Unanswered) => self.last_unanswered = short,
            Some(Outcome::Answered) => self.last_answered = short,
            Some(Outcome::Unsent) => {}
            None => self.count_unknown(text, &mut notes.unknown_status),
        }
        meaning
    }

    fn look_up_outcome(&mut self, text: &[u8]) -> Option<Outcome> {
        if let Some((_, known)) = self.status.iter().find(|(word, _)| word == text) {
            return *known;
        }
        let word = fold_header(&decode_line(text, self.encoding).0);
        let meaning = match &self.layout.status {
            [answered, ..] if is_among(answered, &word) => Some(Outcome::Answered),
            [_, unanswered, _] if is_among(unanswered, &word) => Some(Outcome::Unanswered),
            [.., unsent] if is_among(unsent, &word) => Some(Outcome::Unsent),
            _ => None,
        };
        if self.status.len() < 64 {
            self.status.push((text.to_vec(), meaning));
        }
        meaning
    }

    /// True if a word that tells neither says that voicemail took the call.
    pub(super) fn is_voicemail(&self, text: &[u8]) -> bool {
        if !self.has_status || trim(text).is_empty() || self.layout.voicemail.is_empty() {
            return false;
        }
        let word = fold_header(&decode_line(text, self.encoding).0);
        is_among(&self.layout.voicemail, &word)
    }

    /// Which way a call went; outbound if the file does not say, or in a word that is not known.
    #[inline(always)]
    pub(super) fn way(&mut self, text: &[u8], notes: &mut Notes) -> Way {
        if !self.has_direction {
            return Way::Went(Direction::Outbound);
        }
        let known = self.directions.iter().find(|(word, _)| word == text).map(|(_, way)| *way);
        let known = known.unwrap_or_else(|| self.look_up_way(text));
        if known == Way::Unknown {
            self.count_unknown(text, &mut notes.unknown_direction);
        }
        known
    }

    #[cold]
    fn look_up_way(&mut self, text: &[u8]) -> Way {
        let written = decode_line(text, self.encoding).0;
        let word = fold_header(&written);
        let direction = Direction::ALL
            .into_iter()
            .zip(&self.layout.directions)
            .find_map(|(direction, words)| is_among(words, &word).then_some(direction));
        let way = match direction {
            Some(direction) => Way::Went(direction),
            None => unanswered(&word).map(Way::Unanswered).unwrap_or(if is_no_call(&written) {
                Way::NoCall
            } else {
                Way::Unknown
            }),
        };
        if self.directions.len() < 64 {
            self.directions.push((text.to_vec(), way));
        }
        way
    }

    /// Counts a word that is not known; an empty one says nothing and is not counted.
    #[cold]
    fn count_unknown(&self, text: &[u8], counts: &mut WordCounts) {
        if super::read::text(text).is_empty() {
            return;
        }
        let (word, _) = decode_line(&text[..text.len().min(40)], self.encoding);
        counts.add(word.into_owned(), 1);
    }
}
