//! A dialect's TOML file and one of its fixtures, as a pattern to write other months by.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::form::TimeForm;

/// What of a dialect file a writer needs.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Facts {
    #[serde(default)]
    pub header: Option<bool>,
    #[serde(default)]
    pub order: Option<toml::Value>,
    #[serde(default)]
    pub known_by: Vec<String>,
    #[serde(default)]
    pub below_header: usize,
    pub delimiter: Option<String>,
    pub quote: Option<String>,
    pub zone: Option<String>,
    pub dates: Option<String>,
    pub epoch: Option<String>,
    pub charge_sign: Option<String>,
    #[serde(default)]
    pub columns: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    #[serde(default)]
    pub aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub status: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub direction: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub rows: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub detect: Option<toml::Value>,
}

/// A fixture and what is known of its dialect.
pub struct Template {
    pub name: String,
    pub dialect: String,
    pub refused: bool,
    pub zone: String,
    pub currency: String,
    pub facts: Facts,
    pub usual: Facts,
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// Lines above the header, and it with what belongs to it.
    pub above: Vec<Vec<String>>,
    pub header: Option<Vec<String>>,
    pub below: Vec<Vec<String>>,
    pub rows: Vec<Vec<String>>,
    /// Columns of each field, that which is read first.
    pub fields: BTreeMap<String, Vec<usize>>,
}

/// Headers as they are compared: without case, spaces and some signs.
pub fn folded(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !"_-.*:：".contains(*c);
    text.chars().filter(kept).flat_map(char::to_lowercase).collect()
}

/// Without a unit in brackets.
pub fn bare(text: &str) -> String {
    let cut = text.find(['(', '（']).filter(|at| *at > 0).map_or(text, |at| &text[..at]);
    folded(cut.trim_end_matches('/'))
}

pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split('|')
}

/// A cell against `a|b`, `Call *`.
fn matches(pattern: &str, cell: &str) -> bool {
    let (pattern, cell) = (pattern.to_lowercase(), cell.trim().to_lowercase());
    words(&pattern).any(|word| match (word.strip_prefix('*'), word.strip_suffix('*')) {
        (Some(end), _) => cell.ends_with(end),
        (_, Some(start)) => cell.starts_with(start),
        _ => cell == word,
    })
}

impl Template {
    pub fn all(folder: &Path) -> Vec<Self> {
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .expect("there")
            .map(|entry| entry.expect("entry").path())
            .collect();
        paths.sort();
        let fixture = |path: &&std::path::PathBuf| {
            path.extension().is_some_and(|end| end != "calls" && end != "md")
        };
        paths.iter().filter(fixture).map(|path| Self::of(path)).collect()
    }

    fn of(path: &Path) -> Self {
        let name = path.file_stem().expect("named").to_string_lossy().into_owned();
        let dialect = name.split("--").next().expect("a name").to_owned();
        let dialects = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cdr/dialects");
        let facts = |name: &str| -> Facts {
            let text =
                std::fs::read_to_string(dialects.join(name).with_extension("toml")).expect("reads");
            toml::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"))
        };
        let (facts, usual) = (facts(&dialect), facts("generic"));
        let expected = std::fs::read_to_string(path.with_extension("calls")).expect("reads");
        let said = |what: &str| {
            let mut lines = expected.lines().filter_map(|line| line.strip_prefix("# "));
            lines
                .find_map(|line| line.strip_prefix(what))
                .map(|rest| rest.trim_start_matches(':').trim().to_owned())
        };
        let contract = said("contract").unwrap_or_else(|| "Asia/Shanghai CNY".to_owned());
        let (zone, currency) = contract.split_once(' ').expect("two words");
        let bytes = std::fs::read(path).expect("reads");
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|wrong| encoding_rs::GB18030.decode(wrong.as_bytes()).0.into_owned());
        let text = text.trim_start_matches('\u{FEFF}').to_owned();
        let delimiter = match facts.delimiter.as_deref() {
            Some("comma") => b',',
            Some("tab") => b'\t',
            Some("semicolon") => b';',
            Some("pipe") => b'|',
            _ => {
                let count = |delimiter: &u8| {
                    let counts =
                        text.lines().map(|line| line.bytes().filter(|b| b == delimiter).count());
                    counts.max().unwrap_or(0)
                };
                [b',', b'\t', b';', b'|'].into_iter().max_by_key(count).expect("some")
            }
        };
        let quote = match facts.quote.as_deref() {
            Some("none") => None,
            Some("single") => Some(b'\''),
            _ => Some(b'"'),
        };
        let mut reader = csv::ReaderBuilder::new();
        reader.delimiter(delimiter).has_headers(false).flexible(true);
        match quote {
            Some(quote) => reader.quote(quote),
            None => reader.quoting(false),
        };
        let mut reader = reader.from_reader(text.as_bytes());
        let rows: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.expect("a record").iter().map(str::to_owned).collect())
            .collect();
        let mut template = Self {
            refused: said("refused").is_some(),
            name,
            dialect,
            zone: zone.to_owned(),
            currency: currency.to_owned(),
            facts,
            usual,
            delimiter,
            quote,
            above: Vec::new(),
            header: None,
            below: Vec::new(),
            rows,
            fields: BTreeMap::new(),
        };
        if !template.refused {
            template.understand(&said("dates").unwrap_or_default());
        }
        template
    }

    /// True if there is no row to write others by.
    pub fn is_unknown(&self) -> bool {
        self.rows.is_empty() || !self.fields.contains_key("start")
    }

    /// True if exports like it are also saved as sheets.
    pub fn in_a_sheet(&self) -> bool {
        self.header.is_some() && matches!(self.facts.delimiter.as_deref(), None | Some("comma"))
    }

    pub fn order(&self) -> Vec<String> {
        match &self.facts.order {
            Some(toml::Value::String(names)) => names.split(',').map(str::to_owned).collect(),
            Some(toml::Value::Array(names)) => {
                names.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Headers of each field, the surest first.
    fn aliases(&self) -> BTreeMap<String, Vec<String>> {
        let mut aliases = self.facts.aliases.clone();
        for (field, column) in &self.facts.columns {
            if let Some(name) = column.as_str() {
                aliases.insert(field.clone(), vec![name.to_owned()]);
            }
        }
        aliases
    }

    fn understand(&mut self, dates: &str) {
        let aliases = self.aliases();
        let is_header = |row: &Vec<String>| {
            let met =
                |names: &Vec<String>| names.iter().any(|name| Self::place(row, name).is_some());
            aliases.get("start").is_some_and(met)
                && aliases.values().filter(|names| met(names)).count() >= 2
        };
        let headed = self.facts.header != Some(false);
        let at = self.rows.iter().take(6).position(is_header).filter(|_| headed);
        if let Some(at) = at {
            let rest = self.rows.split_off(at + 1);
            self.header = self.rows.pop();
            self.above = std::mem::replace(&mut self.rows, rest);
            self.below = self.rows.drain(..self.facts.below_header).collect();
        }
        let names = self.header.clone().unwrap_or_else(|| self.order());
        for (field, column) in &self.facts.columns {
            if let Some(place) = column.as_integer() {
                let place = usize::try_from(place - 1).expect("from 1");
                self.fields.insert(field.clone(), vec![place]);
            }
        }
        for (field, aliases) in &aliases {
            let places = aliases.iter().filter_map(|name| Self::place(&names, name));
            let mut met = Vec::new();
            places.for_each(|place| {
                if !met.contains(&place) {
                    met.push(place);
                }
            });
            if !met.is_empty() {
                self.fields.insert(field.clone(), met);
            }
        }
        let Some(start) = self.first("start") else { return };
        let width = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let rules = self.facts.rows.clone();
        let cell = |row: &Vec<String>, column: &str| {
            Self::place(&names, column)
                .and_then(|place| row.get(place))
                .cloned()
                .unwrap_or_default()
        };
        self.rows.retain(|row| {
            let all = |rule: &str| {
                let rule = rules
                    .get(rule)
                    .filter(|rule| rule.keys().all(|c| Self::place(&names, c).is_some()));
                rule.map(|rule| {
                    rule.iter().all(|(column, value)| matches(value, &cell(row, column)))
                })
            };
            row.get(start).is_some_and(|cell| TimeForm::of(cell).is_some())
                && row.len() + 8 > width
                && all("only").unwrap_or(true)
                && !all("skip").unwrap_or(false)
                && !all("internal").unwrap_or(false)
        });
        if self.facts.dates.is_none() && !dates.is_empty() {
            self.facts.dates = Some(dates.to_owned());
        }
    }

    pub fn place(names: &[String], name: &str) -> Option<usize> {
        let whole = names.iter().position(|one| folded(one) == folded(name));
        whole.or_else(|| names.iter().position(|one| bare(one) == folded(name)))
    }

    pub fn first(&self, field: &str) -> Option<usize> {
        self.fields.get(field).and_then(|places| places.first()).copied()
    }

    pub fn cells(&self, place: usize) -> Vec<&str> {
        self.rows.iter().filter_map(|row| row.get(place)).map(|cell| cell.trim()).collect()
    }

    /// Words of a column, as they may be written.
    pub fn said(&self, field: &str, what: &str) -> Vec<String> {
        let of = |facts: &Facts| match field {
            "status" => facts.status.get(what).cloned().unwrap_or_default(),
            _ => facts.direction.get(what).cloned().unwrap_or_default(),
        };
        let words = of(&self.facts);
        let words = if words.is_empty() { of(&self.usual) } else { words };
        let mut words: Vec<String> = words
            .into_iter()
            .filter(|word| !word.starts_with('*'))
            .map(|word| word.trim_end_matches(['*', '_']).to_owned())
            .collect();
        if let Some(shown) = self.shown_in(field) {
            words.retain(|word| matches(shown.as_str(), word));
        }
        // Shapes know a file by these words alone.
        if let Some(shown) = self.facts.detect.as_ref().and_then(|detect| detect.get("words")) {
            let shown: Vec<String> = shown
                .as_array()
                .map(|all| all.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect())
                .unwrap_or_default();
            if words.iter().any(|word| shown.contains(word)) {
                words.retain(|word| shown.contains(word));
            }
        }
        words
    }

    /// What a file without header is known to hold in a field's column.
    fn shown_in(&self, field: &str) -> Option<String> {
        let values = self.facts.detect.as_ref()?.get("values")?;
        let name = self.facts.columns.get(field)?.as_str()?;
        Some(values.get(name)?.as_str()?.to_owned())
    }

    /// Milliseconds that a plain number of a column stands for.
    pub fn unit(&self, field: &str, place: usize) -> i64 {
        let name =
            self.header.as_ref().map_or(String::new(), |header| header[place].to_lowercase());
        let told = self.facts.units.get(field).map(String::as_str);
        match told {
            _ if name.contains("毫秒") || name.contains("(ms)") || name.contains("msec") => 1,
            _ if name.contains("6秒") => 6000,
            _ if name.contains("分钟") || name.contains("(分)") || name.contains("minute") => {
                60_000
            }
            _ if name.contains("(秒)") || name.contains("sec") => 1000,
            Some("min") => 60_000,
            Some("ms") => 1,
            Some("6s") => 6000,
            _ => 1000,
        }
    }
}
