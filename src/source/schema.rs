//! The shape of a TOML file as a list of keys.

/// A table of a TOML file: its keys, and its name for messages.
#[derive(Debug)]
pub struct Section {
    /// The name as written in the file, e.g. `metering` or `call`; the root's is empty.
    pub name: &'static str,
    /// Every key the table may have.
    pub keys: &'static [Key],
    /// What it is for, in English and Chinese.
    pub about: [&'static str; 2],
}

/// One key of a [`Section`].
#[derive(Debug)]
pub struct Key {
    /// The name as written in the file.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
    /// One sentence, in English and Chinese, with units.
    pub about: [&'static str; 2],
}

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text that is not empty.
    Text,
    /// One text or a list of texts.
    Texts,
    /// An exact decimal of zero or more, as a number or as text: `0.065`, `"0.065"`.
    Price,
    /// An exact sum of money, below zero too: an amount on an invoice.
    Money,
    /// An exact decimal of zero or more that counts things: seats, gigabytes.
    Quantity,
    /// A share with its sign written out: `"9%"`, `"3‰"`.
    Percent,
    /// A part of a whole: `0.35` or `"35%"`, not `35`.
    Part,
    /// A length of time with its unit: `"60s"`, `"10m"`, `"1h"`.
    Seconds,
    /// A list of exactly two lengths of time.
    SecondsPair,
    /// A whole number in a range, both ends included.
    Count(u32, u32),
    /// A list of whole numbers of one or more.
    Counts,
    /// `true` or `false`.
    Flag,
    /// A day: `2024-10-01`.
    Date,
    /// A list of days.
    Dates,
    /// One of the words listed.
    Choice(&'static [&'static str]),
    /// One or several spans of a day: `"09:00-18:00"`, half-open.
    Hours,
    /// A table of its own.
    Table(&'static Section),
    /// A table of its own, or the one word that stands for having none.
    TableOr(&'static Section, &'static str),
    /// A list of tables: `[[zone]]`.
    Tables(&'static Section),
    /// A table whose keys the user names and whose values are one of the words listed.
    Words(&'static [&'static str]),
    /// A table whose keys the user names and whose values are whole numbers or texts.
    Columns,
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// Without it the file means nothing.
    Required,
    /// Leaving it out is itself a clear statement, said in the key's description.
    Optional,
    /// Published contracts leave it open, and it changes money: leaving it out is a warning, and
    /// the audit says what it assumed and what the other readings would cost.
    Fork(Fork),
}

/// A question that contracts answer differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The reading taken when the contract is silent. It is named, the others are priced, and what
    /// one of them would explain is never called proved.
    pub assumed: &'static str,
    /// The other readings, to be priced.
    pub others: &'static [&'static str],
}

/// A key, written in one breath: its sentence in English and in Chinese comes last.
#[must_use]
pub const fn key(
    name: &'static str,
    kind: Kind,
    need: Need,
    en: &'static str,
    zh: &'static str,
) -> Key {
    Key { name, kind, need, about: [en, zh] }
}

/// A question left open: the reading taken, and the others.
#[must_use]
pub const fn fork(assumed: &'static str, others: &'static [&'static str]) -> Need {
    Need::Fork(Fork { assumed, others })
}

impl Section {
    /// The key of that name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// The listed word nearest to what was typed, if any is near enough to be meant.
#[must_use]
pub fn suggestion<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let folded = typed.to_lowercase().replace('-', "_");
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&folded, &word.replace('-', "_")), word))
        .filter(|(distance, word)| {
            let length = word.chars().count();
            // A Chinese character is a word of its own: 增值电信 is no slip for 基础电信.
            let slips = if word.is_ascii() { 1 + length / 4 } else { length / 3 };
            *distance <= slips
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::suggestion;

    #[test]
    fn suggests_only_what_is_near() {
        let words = ["increment", "minimum", "free", "bill_on"];
        assert_eq!(suggestion("incremet", words), Some("increment"));
        assert_eq!(suggestion("bill-on", words), Some("bill_on"));
        assert_eq!(suggestion("Free", words), Some("free"));
        assert_eq!(suggestion("surcharge", words), None);
        assert_eq!(suggestion("增值电信", ["基础电信"]), None);
        assert_eq!(suggestion("基础电讯", ["基础电信"]), Some("基础电信"));
    }
}
