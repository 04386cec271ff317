//! A check's page, read from the head of its own file.

use crate::text::{Language, full_width};

/// A part of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The sentence of the finding, with placeholders.
    Says,
    /// What is tested.
    Test,
    /// How the money is computed.
    Money,
    /// When it is no error.
    Innocent,
    /// What to ask the provider.
    Ask,
}

impl Part {
    /// All parts, in page order.
    pub const ALL: [Self; 5] = [Self::Says, Self::Test, Self::Money, Self::Innocent, Self::Ask];

    /// Its heading, English and Chinese.
    #[must_use]
    pub fn heading(self) -> [&'static str; 2] {
        match self {
            Self::Says => ["Says", "结论"],
            Self::Test => ["Test", "判断"],
            Self::Money => ["Money", "金额"],
            Self::Innocent => ["Often innocent", "常见正当原因"],
            Self::Ask => ["Ask the provider", "请收费方说明"],
        }
    }
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    titles: Vec<String>,
    parts: Vec<(String, String)>,
}

impl Page {
    /// Reads the `//!` lines at the head of a file: a `#` title for each language, `##` parts.
    #[must_use]
    pub fn of(source: &str) -> Self {
        let mut page = Self { titles: Vec::new(), parts: Vec::new() };
        for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
            let line = line.trim();
            if let Some(heading) = line.strip_prefix("## ") {
                page.parts.push((heading.to_owned(), String::new()));
            } else if let Some(title) = line.strip_prefix("# ") {
                page.titles.push(title.to_owned());
            } else if let Some((_, text)) = page.parts.last_mut().filter(|_| !line.is_empty()) {
                // Lines of one paragraph are joined; Chinese needs no space between them.
                let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
                if ascii(text.chars().last()) || (!text.is_empty() && ascii(line.chars().next())) {
                    text.push(' ');
                }
                text.push_str(line);
            }
        }
        let chinese = page.parts.iter_mut().filter(|(heading, _)| !heading.is_ascii());
        chinese.for_each(|(_, text)| *text = full_width(text));
        page.titles.iter_mut().skip(1).for_each(|title| *title = full_width(title));
        page
    }

    /// The title.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        let index = language.of([0, 1]);
        self.titles.get(index).map_or("", String::as_str)
    }

    /// A part's text; empty if it is missing, which a test excludes.
    #[must_use]
    pub fn part(&self, part: Part, language: Language) -> &str {
        let heading = language.of(part.heading());
        let found = self.parts.iter().find(|(name, _)| name == heading);
        found.map_or("", |(_, text)| text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::ALL;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}').map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn every_page_is_whole_in_both_languages() {
        for check in ALL {
            let page = check.page();
            for language in [Language::English, Language::Chinese] {
                assert!(!page.title(language).is_empty(), "{}: title", check.code);
                for part in Part::ALL {
                    let text = page.part(part, language);
                    assert!(!text.is_empty(), "{}: {:?} {language:?}", check.code, part);
                }
            }
            assert_eq!(
                placeholders(page.part(Part::Says, Language::English)),
                placeholders(page.part(Part::Says, Language::Chinese)),
                "{}",
                check.code
            );
        }
    }

    #[test]
    fn codes_and_identifiers_are_unique_and_files_are_named_after_codes() {
        for (index, check) in ALL.iter().enumerate() {
            let twin = ALL[..index].iter().find(|c| c.code == check.code || c.id == check.id);
            assert!(twin.is_none(), "{}", check.code);
            let plain = check
                .code
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit());
            assert!(plain, "{}", check.code);
        }
        assert!(ALL.is_sorted_by_key(|check| check.stage));
    }
}
