//! The catalogue of shared words.

use std::collections::HashMap;

use super::full_width;
use crate::source::flat_texts;

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// 中文.
    Chinese,
}

impl Language {
    /// The word of `--lang`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// Picks one of `[English, Chinese]`.
    #[must_use]
    pub fn of<T: Copy>(self, pair: [T; 2]) -> T {
        match self {
            Self::English => pair[0],
            Self::Chinese => pair[1],
        }
    }

    /// The language of a locale such as `zh_CN.UTF-8`; English unless it is Chinese.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }
}

/// The words of one language, by dotted key.
#[derive(Debug)]
pub struct Catalog {
    language: Language,
    words: HashMap<String, String>,
}

impl Catalog {
    /// The embedded words of a language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let text = language.of([include_str!("en.toml"), include_str!("zh.toml")]);
        let shown = |(key, word): (String, String)| match language {
            Language::English => (key, word),
            // Diagnostics quote code in nearly every sentence, and stay as they are typed.
            Language::Chinese if key.starts_with("diagnostic.") => (key, word),
            Language::Chinese => (key, full_width(&word)),
        };
        Self { language, words: flat_texts(text).into_iter().map(shown).collect() }
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The word of a key; the key itself if there is none, which a test excludes.
    #[must_use]
    pub fn get<'c>(&'c self, key: &'c str) -> &'c str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The word of a key, if there is one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// The word of a key with its placeholders filled.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.get(key), values)
    }

    /// All keys, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.words.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }
}

/// Replaces `{name}` by its value; a name without a value stays as it is.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let value = after.find('}').and_then(|close| {
            Some((close, values.iter().find(|(name, _)| *name == &after[..close])?))
        });
        match value {
            Some((close, (_, value))) => {
                filled.push_str(value);
                rest = &after[close + 1..];
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Chooses for a count: `1 [call was|calls were] charged`. Chinese makes no difference.
#[must_use]
pub fn numbered(template: &str, is_one: bool) -> String {
    let mut chosen = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('[') {
        chosen.push_str(before);
        let pair = after.split_once(']').and_then(|(inside, rest)| {
            let (one, many) = inside.split_once('|')?;
            let words = inside.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '|'));
            words.then_some((if is_one { one } else { many }, rest))
        });
        match pair {
            Some((word, after)) => {
                chosen.push_str(word);
                rest = after;
            }
            None => {
                chosen.push('[');
                rest = after;
            }
        }
    }
    chosen.push_str(rest);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_placeholders_and_leaves_unknown_ones() {
        assert_eq!(fill("{a} of {b}", &[("a", "1"), ("b", "{a}")]), "1 of {a}");
        assert_eq!(fill("{x} {", &[]), "{x} {");
    }

    #[test]
    fn one_is_no_plural() {
        let text = "{count} [call was|calls were] charged [0|1] [{kind}]";
        assert_eq!(numbered(text, true), "{count} call was charged [0|1] [{kind}]");
        assert_eq!(numbered(text, false), "{count} calls were charged [0|1] [{kind}]");
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let (english, chinese) = (Catalog::new(Language::English), Catalog::new(Language::Chinese));
        assert_eq!(english.keys(), chinese.keys());
        for key in english.keys() {
            assert_eq!(placeholders(english.get(key)), placeholders(chinese.get(key)), "{key}");
        }
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}').map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        names
    }
}
