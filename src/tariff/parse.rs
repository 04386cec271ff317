//! A checked TOML file becomes a [`Plan`].

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::keys;
use super::model::{
    BandRule, BillOn, Calendar, CheckSettings, ClauseId, DaySet, DestinationZone, FeeChange,
    FreeHow, Head, Metering, Numbers, PeriodId, Plan, Roundings, Scope, Subsecond, Tax, TaxRate,
    Validity, WeekPart, ZoneId,
};
use super::{OpenFork, Pattern, pick, validate};
use crate::money::{Rounding, is_currency_code};
use crate::number::{Kind as NumberKind, area_by_code};
use crate::source::{
    Cursor, Diagnostic, Diagnostics, Document, Field, FileId, Kind, Need, SourceMap, Span,
    suggestion,
};
use crate::tariff::AreaMatch;
use crate::when::{Cycle, Day, DayKind, SECONDS_A_DAY, Zone};

/// Reads a contract. Diagnostics hold errors and warnings; the plan is there unless there was an
/// error. `companion` reads a file that the contract names, relative to the contract.
pub fn parse(
    sources: &SourceMap,
    file: FileId,
    companion: Companion<'_>,
) -> (Option<Plan>, Diagnostics) {
    let (document, found) = Document::read(sources, file, &keys::CONTRACT);
    let root = document.root();
    let mut parser = Parser { found, ..Parser::default() };
    // A broken head or metering would only produce follow-on errors below.
    let Some(mut head) = root.table("contract").and_then(|table| parser.head(&table)) else {
        return (None, parser.found);
    };
    parser.dates = Some((head.valid, head.cycle));
    parser.zone_names(&root);
    let metering = root.table("metering").and_then(|table| parser.metering(&table, &root));
    let rounding = parser.roundings(&root);
    let tax = root.table("tax").map(|table| parser.tax(&table));
    let numbers =
        root.table("numbers").map(|table| parser.numbers(&table, companion)).unwrap_or_default();
    let calendar = root.table("calendar").map(|table| parser.calendar(&table));
    let zones = parser.destination_zones(&root, numbers.home.as_deref());
    let periods = parser.week_parts(&root, calendar.is_some());
    let clauses = parser.clauses(&root, metering);
    if let Some(table) = root.table("contract") {
        head.fee_change = parser.fee_change(&table, &clauses);
    }
    let checks = check_settings(&root);
    let Parser { mut found, forks, .. } = parser;
    let plan =
        Plan { head, rounding, tax, numbers, calendar, zones, periods, clauses, checks, forks };
    // Ids are of 16 bits; a place more stands for whatever no zone or period takes.
    let places = [
        plan.clauses.get(MOST).map(|clause| clause.at),
        plan.zones.get(MOST).map(|zone| zone.at),
        plan.periods.get(MOST).map(|part| part.at),
    ];
    for at in places.into_iter().flatten() {
        found.push(Diagnostic::error("contract-too-large", at));
    }
    // Half a plan contradicts itself where the whole one would not.
    if !found.has_errors() {
        found.append(validate::validate(&plan));
    }
    if found.has_errors() { (None, found) } else { (Some(plan), found) }
}

/// Most clauses, zones or periods of a contract.
const MOST: usize = 65_535;

/// Reads a file that the contract names.
pub type Companion<'c> = &'c dyn Fn(&str) -> Result<String, Box<Diagnostic>>;

/// State of one parse.
#[derive(Default)]
pub(super) struct Parser {
    pub(super) found: Diagnostics,
    pub(super) forks: Vec<OpenFork>,
    pub(super) zones: Vec<Field<String>>,
    pub(super) periods: Vec<Field<String>>,
    /// Kind and name of clauses that were refused: what refers to them is not wrong as well.
    pub(super) refused: Vec<(&'static str, String)>,
    /// When the contract holds, and its cycle.
    pub(super) dates: Option<(Validity, Cycle)>,
}

impl Parser {
    fn head(&mut self, table: &Cursor<'_>) -> Option<Head> {
        let zone = table.text("timezone")?;
        let parsed = Zone::parse(&zone.value);
        if parsed.is_none() {
            self.found.push(
                Diagnostic::error("zone-unknown", zone.span)
                    .with("typed", &zone.value)
                    .meaning(suggestion(&zone.value, Zone::names())),
            );
        }
        let currency = table.text("currency")?;
        if !is_currency_code(&currency.value) {
            self.found.push(
                Diagnostic::error("currency-code", currency.span).with("typed", &currency.value),
            );
        }
        let starts_on = table.table("cycle").and_then(|cycle| cycle.count("starts_on_day"));
        Some(Head {
            id: table.text("id")?.value,
            provider: table.text("provider")?.value,
            customer: table.text("customer").map(|name| name.value),
            currency: currency.value,
            zone: parsed?,
            valid: self.validity(table),
            cycle: Cycle { starts_on: starts_on.map_or(1, |day| day.value) },
            fee_change: FeeChange::Last,
            at: table.span(),
        })
    }

    /// The `valid` table of a clause or of the contract.
    pub(super) fn validity(&mut self, table: &Cursor<'_>) -> Validity {
        table.table("valid").map_or_else(Validity::default, |valid| self.dates(&valid))
    }

    /// `from` and `until`.
    fn dates(&mut self, table: &Cursor<'_>) -> Validity {
        let (from, until) = (table.date("from"), table.date("until"));
        if let (Some(from), Some(until)) = (&from, &until)
            && until.value < from.value
        {
            self.found.push(Diagnostic::error("dates-backwards", until.span).and(from.span));
        }
        Validity {
            from: from.map(|day| day.value.into()),
            until: until.map(|day| day.value.into()),
        }
    }

    /// The word of a fork, or the reading assumed, which is remembered and warned about.
    pub(super) fn fork(
        &mut self,
        table: &Cursor<'_>,
        name: &'static str,
        key: &'static str,
        clause: Option<ClauseId>,
    ) -> &'static str {
        let Some(Need::Fork(fork)) = table.key(name).map(|key| key.need) else {
            debug_assert!(false, "`{key}` is no fork");
            return "";
        };
        if let Some(word) = table.choice(name) {
            return word.value;
        }
        if !table.has(name) {
            self.open(key, clause, table.span(), fork);
        }
        fork.assumed
    }

    fn open(
        &mut self,
        key: &'static str,
        clause: Option<ClauseId>,
        at: Span,
        fork: crate::source::Fork,
    ) {
        let name = key.rsplit('.').next().unwrap_or(key);
        // How to round is not written as one word.
        let rounding = key.starts_with("rounding.");
        self.found.push(
            Diagnostic::warning("fork-open", at)
                .with("key", key)
                .with("name", name)
                .with("assumed", fork.assumed)
                .with("others", fork.others.join(", "))
                .helped_by(if rounding { "help-rounding" } else { "help" }),
        );
        let crate::source::Fork { assumed, others } = fork;
        self.forks.push(OpenFork { key, clause, at, assumed, others });
    }

    fn metering(&mut self, table: &Cursor<'_>, root: &Cursor<'_>) -> Option<Metering> {
        let bill_on = BillOn::pick(table.choice("bill_on")?.value);
        let increment = table.seconds_pair("increment")?;
        let (first, next) = self.increment(increment);
        let band_rule = if root.tables("period").is_empty() {
            BandRule::Start
        } else {
            BandRule::pick(self.fork(table, "band_rule", "metering.band_rule", None))
        };
        let free = self.free(table, "metering.free.how", None);
        let max_call = table.seconds("max_call");
        if let Some(most) = max_call.as_ref().filter(|most| most.value < first.max(1)) {
            self.found.push(Diagnostic::error("max-call-short", most.span).and(increment.span));
        }
        Some(Metering {
            bill_on,
            first,
            next,
            minimum: table.seconds("minimum").map_or(0, |least| least.value),
            free,
            zero_bills: self.fork(table, "zero", "metering.zero", None) == "first-increment",
            subsecond: Subsecond::pick(self.fork(table, "subsecond", "metering.subsecond", None)),
            scope: Scope::pick(self.fork(table, "scope", "metering.scope", None)),
            band_rule,
            max_call: max_call.map(|most| most.value),
        })
    }

    pub(super) fn increment(&mut self, pair: Field<(u32, u32)>) -> (u32, u32) {
        let (first, next) = pair.value;
        if first == 0 || next == 0 || first > 86_400 || next > 86_400 {
            self.found.push(Diagnostic::error("increment-range", pair.span));
        }
        (first.max(1), next.max(1))
    }

    pub(super) fn free(
        &mut self,
        table: &Cursor<'_>,
        key: &'static str,
        clause: Option<ClauseId>,
    ) -> Option<(u32, FreeHow)> {
        let free = table.table("free")?;
        let seconds = free.count("seconds")?.value;
        let how = FreeHow::pick(self.fork(&free, "how", key, clause));
        Some((seconds, how))
    }

    fn roundings(&mut self, root: &Cursor<'_>) -> Roundings {
        let table = root.table("rounding");
        // Without [rounding] the warning stands at the contract's head.
        let head = root.table("contract").map_or(root.span(), |head| head.span());
        let rounds_calls = !root.tables("call").is_empty()
            || root.tables("package").iter().any(|package| package.has("overage"));
        let tax = root.table("tax");
        let adds_tax = tax.is_some_and(|tax| tax.flag("included").is_none_or(|flag| !flag.value));
        let mut boundary = |name: &'static str, key: &'static str, arises: bool| {
            if let Some(table) = table.filter(|table| table.has(name)) {
                return self.rounding(&table, name);
            }
            let Some(Need::Fork(fork)) = keys::ROUNDINGS.key(name).map(|key| key.need) else {
                return None;
            };
            if !arises {
                return None;
            }
            let at = table.map_or(head, |table| table.span());
            self.open(key, None, at, fork);
            pick::rounding(fork.assumed)
        };
        // A contract without call prices has no call to round.
        let call = boundary("call", "rounding.call", rounds_calls);
        let line = boundary("line", "rounding.line", true);
        // Rounded lines say how tax on them is rounded.
        let tax = boundary("tax", "rounding.tax", adds_tax && line.is_none());
        let invoice = boundary("invoice", "rounding.invoice", false);
        Roundings { call, line, tax, invoice }
    }

    fn rounding(&mut self, table: &Cursor<'_>, name: &str) -> Option<Rounding> {
        let boundary = table.table(name)?;
        let (quantum, mode) = (boundary.decimal("to")?, boundary.choice("mode")?);
        let places = pick::places(quantum.value);
        if places.is_none() {
            self.found.push(
                Diagnostic::error("rounding-quantum", quantum.span).with("typed", quantum.value),
            );
        }
        Some(Rounding::new(places?, pick::rounding_mode(mode.value)))
    }

    fn tax(&mut self, table: &Cursor<'_>) -> Tax {
        let included = match table.flag("included") {
            Some(flag) => flag.value,
            None => {
                if let (false, Some(Need::Fork(fork))) =
                    (table.has("included"), table.key("included").map(|key| key.need))
                {
                    self.open("tax.included", None, table.span(), fork);
                }
                false
            }
        };
        let on_total = !included && self.fork(table, "on", "tax.on", None) == "total";
        let rates = table.tables("rates");
        let rates = rates
            .iter()
            .filter_map(|rate| {
                let class = rate.text("class")?.value;
                let share = rate.percent("rate")?;
                self.unusual(rate, "rate", share, Decimal::new(30, 2), "help");
                Some(TaxRate { class, rate: share.value, valid: self.dates(rate), at: rate.span() })
            })
            .collect();
        Tax { included, on_total, rates, invoice: patterns(table), at: table.span() }
    }

    /// Warns of a share that is far above what contracts say: `90%` for nine tenths (九折).
    pub(super) fn unusual(
        &mut self,
        table: &Cursor<'_>,
        key: &'static str,
        share: Field<Decimal>,
        usual: Decimal,
        help: &'static str,
    ) {
        if share.value > usual {
            let typed = table.text(key).map(|text| text.value).unwrap_or_default();
            self.found.push(
                Diagnostic::warning("share-unusual", share.span)
                    .with("key", key)
                    .with("typed", typed)
                    .helped_by(help),
            );
        }
    }

    fn numbers(&mut self, table: &Cursor<'_>, companion: Companion<'_>) -> Numbers {
        let home = table.text("home_area").and_then(|code| self.area_code(&code, "help"));
        let mut strip: Vec<String> = Vec::new();
        for prefix in table.texts("strip") {
            if prefix.value.bytes().all(|byte| byte.is_ascii_digit()) {
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
            table.text("segments").map(|path| self.segments(&path, companion)).unwrap_or_default();
        Numbers { home, strip, segments }
    }

    /// `segment,area` lines; a header line and comments (`#`) are allowed.
    fn segments(
        &mut self,
        path: &Field<String>,
        companion: Companion<'_>,
    ) -> BTreeMap<u32, String> {
        let text = match companion(&path.value) {
            Ok(text) => text,
            Err(why) => {
                let code = if why.code == "file-read" { "companion-file" } else { why.code };
                self.found.push(Diagnostic { code, primary: Some(path.span), ..*why });
                return BTreeMap::new();
            }
        };
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
        segments
    }

    fn area_code(&mut self, code: &Field<String>, help: &'static str) -> Option<String> {
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

    fn calendar(&mut self, table: &Cursor<'_>) -> Calendar {
        let mut years: Vec<u32> = table.counts("years").iter().map(|year| year.value).collect();
        years.sort_unstable();
        years.dedup();
        let mut exceptions = BTreeMap::new();
        let mut places: BTreeMap<Day, Span> = BTreeMap::new();
        for (key, kind) in [("holidays", DayKind::Holiday), ("workdays", DayKind::Workday)] {
            for day in table.dates(key) {
                let at: Day = day.value.into();
                match places.insert(at, day.span) {
                    Some(other) => self.found.push(
                        Diagnostic::error("calendar-twice", day.span).and(other).with("day", at),
                    ),
                    None => {
                        exceptions.insert(at, kind);
                    }
                }
                let year = chrono::Datelike::year(&day.value).unsigned_abs();
                if !years.contains(&year) {
                    self.found
                        .push(Diagnostic::error("calendar-year", day.span).with("year", year));
                }
            }
        }
        Calendar { years, exceptions }
    }

    /// Names first, so that clauses may refer to zones and periods written below them.
    fn zone_names(&mut self, root: &Cursor<'_>) {
        let names = |key: &str| -> Vec<Field<String>> {
            // A nameless entry keeps its number; its missing name has been reported.
            root.tables(key)
                .iter()
                .map(|table| {
                    let unnamed = Field { value: String::new(), span: table.span() };
                    table.text("name").unwrap_or(unnamed)
                })
                .collect()
        };
        self.zones = names("zone");
        self.periods = names("period");
        for names in [&self.zones, &self.periods] {
            for (index, name) in names.iter().enumerate() {
                let first = names[..index].iter().find(|other| other.value == name.value);
                if let (Some(first), false) = (first, name.value.is_empty()) {
                    self.found.push(
                        Diagnostic::error("name-twice", name.span)
                            .and(first.span)
                            .with("name", &name.value),
                    );
                }
            }
        }
    }

    /// Resolves names to their numbers; unknown ones are reported with a suggestion.
    fn resolve(&mut self, typed: &[Field<String>], what: &'static str) -> Vec<u16> {
        let known = if what == "zone" { &self.zones } else { &self.periods };
        let mut numbers = Vec::new();
        for name in typed {
            let number = known.iter().position(|known| known.value == name.value);
            match number.and_then(|number| u16::try_from(number).ok()) {
                Some(number) => numbers.push(number),
                None => {
                    let words: Vec<&str> = known.iter().map(|known| known.value.as_str()).collect();
                    let none = if known.is_empty() { "help-none" } else { "help" };
                    self.found.push(
                        Diagnostic::error("name-unknown", name.span)
                            .with("what", format!("@what.{what}"))
                            .with("table", format!("[[{what}]]"))
                            .with("typed", &name.value)
                            .with("known", words.join(", "))
                            .helped_by(none)
                            .meaning(suggestion(&name.value, words.iter().copied())),
                    );
                }
            }
        }
        numbers
    }

    pub(super) fn zone_ids(&mut self, table: &Cursor<'_>, key: &str) -> Vec<ZoneId> {
        let typed = table.texts(key);
        self.resolve(&typed, "zone").into_iter().map(ZoneId).collect()
    }

    pub(super) fn period_ids(&mut self, table: &Cursor<'_>) -> Vec<PeriodId> {
        let typed = table.texts("period");
        self.resolve(&typed, "period").into_iter().map(PeriodId).collect()
    }

    fn destination_zones(&mut self, root: &Cursor<'_>, home: Option<&str>) -> Vec<DestinationZone> {
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
                    let words = keys::NUMBER_KINDS;
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

    fn week_parts(&mut self, root: &Cursor<'_>, has_calendar: bool) -> Vec<WeekPart> {
        let tables = root.tables("period");
        tables
            .iter()
            .zip(self.periods.clone())
            .map(|(table, name)| {
                let days = self.day_set(table);
                let kind = |word: &&Field<String>| KINDS.contains(&word.value.as_str());
                if let (Some(word), false) = (table.texts("days").iter().find(kind), has_calendar) {
                    self.found.push(
                        Diagnostic::error("calendar-missing", word.span)
                            .with("period", &name.value)
                            .with("typed", &word.value),
                    );
                }
                let day = u32::try_from(SECONDS_A_DAY).unwrap_or(u32::MAX);
                let mut hours = Vec::new();
                for span in table.hours("hours") {
                    let (from, until) = span.value;
                    if from < until {
                        hours.push((from, until));
                        continue;
                    }
                    hours.extend([(from, day), (0, until)].into_iter().filter(|(a, b)| a < b));
                    if until > 0 && days != DaySet::ALL {
                        self.over_midnight(table, span);
                    }
                }
                if !table.has("hours") {
                    hours.push((0, day));
                }
                hours.sort_unstable();
                WeekPart { name: name.value, days, hours, at: table.span() }
            })
            .collect()
    }

    /// A night that begins on one of the days ends on the next, which may be none of them.
    fn over_midnight(&mut self, table: &Cursor<'_>, hours: Field<(u32, u32)>) {
        let (from, until) = hours.value;
        self.found.push(
            Diagnostic::warning("hours-over-midnight", hours.span)
                .and(table.place("days"))
                .with("morning", format!("00:00-{}", clock(until)))
                .with("evening", format!("{}-24:00", clock(from))),
        );
    }

    fn day_set(&mut self, table: &Cursor<'_>) -> DaySet {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        if !table.has("days") {
            return DaySet::ALL;
        }
        let mut set = DaySet { weekdays: 0, workdays: false, weekends: false, holidays: false };
        let number = |word: &str| DAYS.iter().position(|day| *day == word.trim());
        for word in table.texts("days") {
            match word.value.as_str() {
                "workday" => set.workdays = true,
                "weekend" => set.weekends = true,
                "holiday" => set.holidays = true,
                span => {
                    let (first, last) = span.split_once("..").unwrap_or((span, span));
                    match (number(first), number(last)) {
                        (Some(first), Some(last)) if first <= last => {
                            (first..=last).for_each(|day| set.weekdays |= 1 << day);
                        }
                        _ => self
                            .found
                            .push(Diagnostic::error("days-word", word.span).with("typed", span)),
                    }
                }
            }
        }
        set
    }
}

/// Rows of a wrong file of segments that are reported.
const SEGMENTS_SHOWN: usize = 5;

/// Words of `days` that a calendar must explain.
const KINDS: [&str; 3] = ["workday", "weekend", "holiday"];

/// A second of the day as `09:00`.
pub(super) fn clock(second: u32) -> String {
    format!("{:02}:{:02}", second / 3600, second % 3600 / 60)
}

/// The `invoice` patterns of a clause.
pub(super) fn patterns(table: &Cursor<'_>) -> Vec<Pattern> {
    table.texts("invoice").iter().map(|text| Pattern::new(&text.value, text.span)).collect()
}

fn check_settings(root: &Cursor<'_>) -> CheckSettings {
    let table = root.table("checks");
    let seconds = |key: &str, default: u32| {
        table.and_then(|table| table.seconds(key)).map_or(default, |field| field.value)
    };
    let words: &'static [&'static str] =
        match table.and_then(|table| table.key("severity")).map(|key| key.kind) {
            Some(Kind::Words(words)) => words,
            _ => &[],
        };
    let severity = table.map(|table| table.words("severity")).unwrap_or_default();
    let severity = severity
        .into_iter()
        .filter_map(|(code, word)| {
            let word = words.iter().find(|known| **known == word.value)?;
            Some((code.value, *word, code.span))
        })
        .collect();
    CheckSettings {
        short_call: seconds("short_call", 6),
        long_call: seconds("long_call", 600),
        shift: seconds("shift", 43_200),
        severity,
    }
}
