//! The law of all laws: a bill that is right is found right, to the cent and without a word.
//!
//! The reference below prices second by second, in plain decimals, from the same numbers that the
//! contract's text is written from; it shares no code with telbill.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use telbill::audit::{Audit, Observer, Request, run};
use telbill::source::SourceMap;

const OCTOBER: u32 = 31;

#[derive(Clone, Debug)]
struct Contract {
    increment: (u32, u32),
    minimum: u32,
    free: Option<(u32, &'static str)>,
    zero_bills: bool,
    max_call: Option<u32>,
    /// Where seconds are rounded up: call, day, number, cycle.
    scope: &'static str,
    band_rule: &'static str,
    /// Ten-thousandths: all day, in the busy hours, and all day from some day of October on.
    prices: [u32; 3],
    change: Option<u32>,
    per: u32,
    /// Busy from and until, hours.
    busy: (u32, u32),
    /// Hundredths.
    connect: u32,
    attempt: u32,
    places: u32,
    mode: &'static str,
    steps: Option<Steps>,
    package: Option<Package>,
    /// The text leaves out whatever a contract may be silent about.
    silent: bool,
}

/// Price steps of the calls that are not busy.
#[derive(Clone, Debug)]
struct Steps {
    volume: bool,
    by_number: bool,
    /// Minutes of the first step.
    edge: u32,
    /// Ten-thousandths.
    prices: [u32; 2],
}

#[derive(Clone, Debug)]
struct Package {
    minutes: u32,
    /// Hundredths.
    fee: u32,
    by_talk: bool,
    connect_covered: bool,
    by_number: bool,
    last_call: &'static str,
    /// What it carries on: at most so many minutes, and what stood at the beginning.
    carried: Option<(u32, u32)>,
    /// Its first day in October.
    from: u32,
    part_month: &'static str,
    minutes_by_day: bool,
}

/// Caller, day, second of the day, seconds talked, answered.
type Made = (usize, u32, u32, u32, bool);

/// One number in two spellings, and another.
const CALLERS: [&str; 3] = ["057188880001", "8657188880001", "13700000009"];
const OWNERS: [usize; 3] = [0, 0, 1];

fn steps() -> impl Strategy<Value = Steps> {
    (any::<bool>(), any::<bool>(), 1u32..100, 1u32..9_000, 1u32..9_000).prop_map(
        |(volume, by_number, edge, a, b)| Steps { volume, by_number, edge, prices: [a, b] },
    )
}

fn package() -> impl Strategy<Value = Package> {
    let part_month = prop_oneof![Just("full"), Just("by-day"), Just("30-day")];
    let dates = (prop_oneof![1 => Just(1u32), 2 => 2u32..31], part_month, any::<bool>());
    let last_call = prop_oneof![Just("split"), Just("covered"), Just("charged")];
    let carried = proptest::option::of((1u32..60, 0u32..90));
    let more = (last_call, carried);
    ((1u32..200, 0u32..9_999), any::<[bool; 3]>(), dates, more).prop_map(
        |((minutes, fee), [by_talk, connect_covered, by_number], dates, more)| Package {
            minutes,
            fee,
            by_talk,
            connect_covered,
            by_number,
            last_call: more.0,
            carried: more.1,
            from: dates.0,
            part_month: dates.1,
            minutes_by_day: dates.2,
        },
    )
}

fn contract() -> impl Strategy<Value = Contract> {
    let increment =
        prop_oneof![Just((1, 1)), Just((6, 6)), Just((30, 6)), Just((60, 60)), Just((10, 7))];
    let how = prop_oneof![Just("cliff"), Just("subtract"), Just("after-rounding")];
    let metering = (
        (increment, prop_oneof![3 => Just(0u32), 1 => Just(30), 1 => Just(61)]),
        (proptest::option::of((1u32..40, how)), any::<bool>()),
        proptest::option::of(100u32..4_000),
        prop_oneof![3 => Just("call"), 1 => Just("day"), 1 => Just("number"), 1 => Just("cycle")],
        prop_oneof![Just("start"), Just("each-increment"), Just("exact-split"), Just("each-piece")],
    );
    let prices = (
        ([1u32..9_000, 1u32..9_000, 1u32..9_000], proptest::option::weighted(0.3, 2u32..32)),
        prop_oneof![Just(60u32), Just(6), Just(45)],
        (0u32..12, 12u32..24),
        (prop_oneof![Just(0u32), 1u32..30], prop_oneof![Just(0u32), 1u32..5]),
        (2u32..6, prop_oneof![Just("half-up"), Just("half-even"), Just("up"), Just("down")]),
    );
    let more = (proptest::option::weighted(0.4, steps()), proptest::option::of(package()));
    (metering, prices, more).prop_map(|(metering, prices, (steps, package))| Contract {
        increment: metering.0.0,
        minimum: metering.0.1,
        free: metering.1.0,
        zero_bills: metering.1.1,
        max_call: metering.2,
        scope: metering.3,
        band_rule: metering.4,
        prices: prices.0.0,
        // Whether a sum runs on over a change of price, no contract says.
        change: prices.0.1.filter(|_| metering.3 == "call" && steps.is_none()),
        per: prices.1,
        busy: prices.2,
        connect: prices.3.0,
        attempt: prices.3.1,
        places: prices.4.0,
        mode: prices.4.1,
        silent: false,
        // Both together are refused: whose minutes a package covers would not be clear.
        steps: steps
            .map(|steps| Steps { by_number: steps.by_number && package.is_none(), ..steps }),
        package,
    })
}

fn calls() -> impl Strategy<Value = Vec<Made>> {
    let seconds = prop_oneof![1 => Just(0u32), 3 => 1u32..200, 2 => 200u32..5_000];
    let call = (0usize..3, 1u32..32, 0u32..86_400, seconds, prop::bool::weighted(0.8));
    proptest::collection::vec(call, 1..40).prop_map(|mut calls| {
        calls.sort_by_key(|(_, day, second, _, _)| (*day, *second));
        calls
    })
}

fn tenths_of(thousandths: u32) -> Decimal {
    Decimal::new(thousandths.into(), 4)
}

fn cents(hundredths: u32) -> Decimal {
    Decimal::new(hundredths.into(), 2)
}

fn cent(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

impl Contract {
    fn text(&self) -> String {
        let word = |key: &str, word: &str| match self.silent {
            true => String::new(),
            false => format!("{key} = \"{word}\"\n"),
        };
        let mut text = format!(
            "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
             [metering]\nbill_on = \"answer\"\nincrement = [\"{}s\", \"{}s\"]\nminimum = \"{}s\"\n\
             subsecond = \"up\"\n",
            self.increment.0, self.increment.1, self.minimum,
        );
        text += &word("zero", if self.zero_bills { "first-increment" } else { "free" });
        text += &word("scope", self.scope);
        text += &word("band_rule", self.band_rule);
        text += &word("band_connect", "once");
        let mut add = |more: String| text += &more;
        if let Some((seconds, how)) = self.free {
            let how = if self.silent { String::new() } else { format!(", how = \"{how}\"") };
            add(format!("free = {{ seconds = {seconds}{how} }}\n"));
        }
        if let Some(most) = self.max_call {
            add(format!("max_call = \"{most}s\"\n"));
        }
        let to = Decimal::new(1, self.places);
        add(format!("[rounding]\ncall = {{ to = \"{to}\", mode = \"{}\" }}\n", self.mode));
        add("line = { to = \"0.01\", mode = \"half-up\" }\n".to_owned());
        if let Some(package) = &self.package {
            add(format!(
                "[[package]]\nname = \"套餐\"\nfee = \"{}\"\nincludes = [{{ minutes = \"{}\" }}]\n",
                cents(package.fee),
                package.minutes,
            ));
            let pick = |yes, a, b| if yes { a } else { b };
            add(word("connect", pick(package.connect_covered, "covered", "charged")));
            add(word("last_call", package.last_call));
            if let Some((most, _)) = package.carried {
                add(format!("rollover = {{ most = {most} }}\n"));
            }
            add(word("burn", pick(package.by_talk, "talk", "billed")));
            add(word("scope", pick(package.by_number, "number", "pool")));
            if package.from > 1 {
                add(word("part_month", package.part_month));
                add(word("part_minutes", pick(package.minutes_by_day, "by-day", "full")));
                add(format!("valid = {{ from = 2024-10-{:02} }}\n", package.from));
            }
        }
        let (from, until) = self.busy;
        add(format!("[[period]]\nname = \"busy\"\nhours = \"{from:02}:00-{until:02}:00\"\n"));
        let [before, from] = self.change.map_or([String::new(), String::new()], |day| {
            [
                format!("valid = {{ until = 2024-10-{:02} }}\n", day - 1),
                format!("valid = {{ from = 2024-10-{day:02} }}\n"),
            ]
        });
        let clauses = [
            ("日间通话费", before.as_str(), self.steps.as_ref(), self.prices[0]),
            ("忙时通话费", "period = \"busy\"\n", None, self.prices[1]),
            ("日间通话费", from.as_str(), None, self.prices[2]),
        ];
        let count = if self.change.is_some() { 3 } else { 2 };
        for (name, extra, steps, price) in clauses.into_iter().take(count) {
            add(format!(
                "[[call]]\nname = \"{name}\"\n{extra}per = \"{}s\"\nconnect = \"{}\"\nattempt = \"{}\"\n",
                self.per,
                cents(self.connect),
                cents(self.attempt),
            ));
            let Some(steps) = steps else {
                add(format!("price = \"{}\"\n", tenths_of(price)));
                continue;
            };
            add("[call.tiers]\n".to_owned());
            add(word("mode", if steps.volume { "volume" } else { "graduated" }));
            add(word("scope", if steps.by_number { "number" } else { "pool" }));
            add(format!(
                "steps = [{{ up_to = {}, price = \"{}\" }}, {{ price = \"{}\" }}]\n",
                steps.edge,
                tenths_of(steps.prices[0]),
                tenths_of(steps.prices[1]),
            ));
        }
        text
    }

    /// The same contract, if it says nothing of what it may be silent about.
    fn silenced(mut self) -> Self {
        self.silent = true;
        (self.zero_bills, self.scope, self.band_rule) = (false, "call", "start");
        self.free = self.free.map(|(seconds, _)| (seconds, "cliff"));
        if let Some(steps) = &mut self.steps {
            (steps.volume, steps.by_number) = (false, false);
        }
        if let Some(package) = &mut self.package {
            (package.by_talk, package.connect_covered, package.by_number) = (false, false, false);
            (package.part_month, package.minutes_by_day) = ("full", true);
            package.last_call = "split";
            // A balance is of all calls or of a number.
            package.carried = None;
        }
        self
    }

    /// Under another answer to one question.
    fn answered(&self, key: &str, word: &'static str) -> Self {
        let mut other = self.clone();
        match (key, &mut other.steps, &mut other.package) {
            ("metering.zero", ..) => other.zero_bills = word == "first-increment",
            ("metering.scope", ..) => other.scope = word,
            ("metering.band_rule", ..) => other.band_rule = word,
            ("metering.free.how", ..) => other.free = other.free.map(|(free, _)| (free, word)),
            ("call.tiers.mode", Some(steps), _) => steps.volume = word == "volume",
            ("call.tiers.scope", Some(steps), _) => steps.by_number = word == "number",
            ("package.connect", _, Some(package)) => package.connect_covered = word == "covered",
            ("package.burn", _, Some(package)) => package.by_talk = word == "talk",
            ("package.scope", _, Some(package)) => package.by_number = word == "number",
            ("package.last_call", _, Some(package)) => package.last_call = word,
            ("package.part_month", _, Some(package)) => package.part_month = word,
            ("package.part_minutes", _, Some(package)) => package.minutes_by_day = word == "by-day",
            _ => panic!("an unexpected question: {key}"),
        }
        other
    }

    /// For each billed second of a call that began then, the second of the call by whose time it is
    /// priced; of what is left if a package has taken so many seconds of talk from where billing
    /// starts.
    fn billed(&self, (day, second): (u32, u32), talk: u32, taken: u32) -> Vec<u32> {
        let end = self.max_call.map_or(talk, |most| most.min(talk));
        let (start, given_back) = match self.free {
            Some((free, "cliff")) if end < free => return Vec::new(),
            Some((free, "subtract")) if end <= free => return Vec::new(),
            Some((free, "subtract")) => (free, 0),
            Some((free, "after-rounding")) => (0, free),
            _ => (0, 0),
        };
        let start = start + taken;
        if start >= end && (taken > 0 || !self.zero_bills) {
            return Vec::new();
        }
        let length = end - start;
        let (first, next) = self.increment;
        if self.band_rule == "each-piece" && self.scope == "call" && length > 0 {
            let mut billed = Vec::new();
            let mut at = start;
            while at < end {
                let clause = |at: u32| self.clause_at(day, second + at);
                let same = (at..end).take_while(|other| clause(*other) == clause(at)).count();
                let same = u32::try_from(same).expect("fits");
                let mut blocks = if at == start { first } else { next };
                while blocks < same {
                    blocks += next;
                }
                billed.extend((0..blocks).map(|_| at));
                at += same;
            }
            while billed.len() < self.minimum as usize {
                billed.push(end - 1);
            }
            return billed.split_off((given_back as usize).min(billed.len()));
        }
        let count = match (self.scope != "call", length) {
            (true, 0) => first,
            (true, _) => length,
            (false, _) => {
                let mut blocks = first;
                while blocks < length {
                    blocks += next;
                }
                blocks.max(self.minimum)
            }
        };
        let priced_at = |second: u32| {
            let block = if second < first { 0 } else { second - (second - first) % next };
            let second = match self.band_rule {
                "start" => return 0,
                "each-increment" if self.scope == "call" => block,
                _ => second,
            };
            (start + second).min(end.saturating_sub(1))
        };
        (0..count).skip(given_back as usize).map(priced_at).collect()
    }

    /// Clause 1 in the busy hours; at all others clause 0, and clause 2 once the price has changed.
    fn clause_at(&self, day: u32, second: u32) -> usize {
        let (day, hour) = (day + second / 86_400, second % 86_400 / 3_600);
        match self.change {
            _ if (self.busy.0..self.busy.1).contains(&hour) => 1,
            Some(change) if day >= change => 2,
            _ => 0,
        }
    }

    /// True if a clause's charge is that of a sum of seconds.
    fn is_sum(&self, clause: usize) -> bool {
        self.scope != "call" || (clause == 0 && self.steps.is_some())
    }

    fn price(&self, clause: usize) -> Decimal {
        tenths_of(self.prices[clause])
    }

    /// A call's charge, its fees among it: half to the even one, these decide which one is even.
    fn per_call(&self, exact: Decimal) -> Decimal {
        let strategy = match self.mode {
            "half-up" => RoundingStrategy::MidpointAwayFromZero,
            "half-even" => RoundingStrategy::MidpointNearestEven,
            "up" => RoundingStrategy::AwayFromZero,
            _ => RoundingStrategy::ToZero,
        };
        exact.round_dp_with_strategy(self.places, strategy)
    }

    /// Seconds of a sum, rounded up where the sum is what is rounded.
    fn sum_rounded(&self, seconds: u32) -> u32 {
        let (first, next) = self.increment;
        match seconds {
            0 => 0,
            _ if self.scope != "cycle" => seconds,
            _ => first + seconds.saturating_sub(first).div_ceil(next) * next,
        }
    }

    fn sum_charge(&self, clause: usize, seconds: u32) -> Decimal {
        let seconds = self.sum_rounded(seconds);
        let per = Decimal::from(self.per);
        let Some(steps) = self.steps.as_ref().filter(|_| clause == 0) else {
            return self.price(clause) * Decimal::from(seconds) / per;
        };
        let [low, high] = steps.prices.map(tenths_of);
        let below = seconds.min(steps.edge * 60);
        match (steps.volume, seconds > below) {
            (true, true) => high * Decimal::from(seconds) / per,
            _ => (low * Decimal::from(below) + high * Decimal::from(seconds - below)) / per,
        }
    }

    /// Lines of the bill by name, and the charge of each call where calls have one.
    fn bill(&self, calls: &[Made]) -> (Vec<(&'static str, Decimal)>, Vec<Decimal>) {
        let mut fees = [Decimal::ZERO; 3];
        let mut time = [Decimal::ZERO; 3];
        // By clause and owner of the calling number.
        let mut sums: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        // Sums by day or number, by clause, owner and day.
        let mut blocks: BTreeMap<(usize, usize, u32), Blocks> = BTreeMap::new();
        let mut left: BTreeMap<usize, u32> = BTreeMap::new();
        let mut charges = Vec::new();
        for (caller, day, second, talk, answered) in calls {
            let first = self.clause_at(*day, *second);
            let mut fee = cents(self.attempt);
            let mut own = Decimal::ZERO;
            if *answered {
                let begun = (*day, *second);
                let whole = self.billed(begun, *talk, 0);
                let clauses_of = |rest: &[u32]| -> Vec<usize> {
                    rest.iter().map(|at| self.clause_at(*day, second + at)).collect()
                };
                let owner = OWNERS[*caller];
                let (rest, covered) = if self.in_blocks() {
                    let key = |clause| self.block_key(clause, owner, *day);
                    let (rest, took) = match self.package.as_ref().is_some_and(|p| p.by_talk) {
                        true => self.covered(&mut left, owner, begun, *talk, &whole),
                        false => (whole.clone(), false),
                    };
                    let seconds = clauses_of(&rest);
                    let opened: Vec<usize> = {
                        let mut trial = blocks.clone();
                        seconds
                            .iter()
                            .flat_map(|clause| {
                                let block = trial.entry(key(*clause)).or_default();
                                vec![*clause; block.add(self.increment) as usize]
                            })
                            .collect()
                    };
                    let taken = match self.package.as_ref().is_some_and(|p| p.by_talk) {
                        true => 0,
                        false => self.taken(&mut left, owner, *day, opened.len()),
                    };
                    for clause in &seconds {
                        blocks.entry(key(*clause)).or_default().add(self.increment);
                    }
                    // What a package takes comes off the clauses in the order of the call.
                    let mut order = seconds.clone();
                    order.dedup();
                    let mut seen = Vec::new();
                    order.retain(|clause| {
                        let new = !seen.contains(clause);
                        seen.push(*clause);
                        new
                    });
                    let mut free = taken;
                    for clause in order {
                        let own = opened.iter().filter(|c| **c == clause).count();
                        let here = free.min(own);
                        free -= here;
                        blocks.entry(key(clause)).or_default().free += here as u32;
                    }
                    (rest, took || taken > 0)
                } else {
                    self.covered(&mut left, owner, begun, *talk, &whole)
                };
                let waived = covered && self.package.as_ref().is_some_and(|p| p.connect_covered);
                if !whole.is_empty() && !waived {
                    fee += cents(self.connect);
                }
                let mut of = [0u32; 3];
                if !self.in_blocks() {
                    clauses_of(&rest).into_iter().for_each(|clause| of[clause] += 1);
                }
                let apart = self.is_sum(first) || (0..3).any(|c| of[c] > 0 && self.is_sum(c));
                let exact = |clause: usize| {
                    self.price(clause) * Decimal::from(of[clause]) / Decimal::from(self.per)
                };
                if apart {
                    for clause in 0..3 {
                        if self.is_sum(clause) {
                            *sums.entry((clause, OWNERS[*caller])).or_default() += of[clause];
                        } else {
                            let beside = if clause == first { fee } else { Decimal::ZERO };
                            time[clause] += self.per_call(exact(clause) + beside) - beside;
                        }
                    }
                } else {
                    let per = Decimal::from(self.per);
                    let both = (0..3).map(|c| self.price(c) * Decimal::from(of[c]));
                    own = self.per_call(both.sum::<Decimal>() / per + fee) - fee;
                    time[first] += own;
                }
            }
            fees[first] += fee;
            charges.push(own + fee);
        }
        for ((clause, owner, _), block) in blocks {
            *sums.entry((clause, owner)).or_default() += block.billed - block.free;
        }
        for (clause, time) in time.iter_mut().enumerate() {
            let by_number = clause == 0 && self.steps.as_ref().is_some_and(|s| s.by_number);
            let of = sums.iter().filter(|((c, _), _)| *c == clause).map(|(_, s)| *s);
            *time += if by_number {
                of.map(|seconds| self.sum_charge(clause, seconds)).sum::<Decimal>()
            } else {
                self.sum_charge(clause, of.sum())
            };
        }
        let mut lines = Vec::new();
        if let Some(package) = &self.package {
            lines.push(("套餐", cent(package.fee_due())));
        }
        lines.push(("日间通话费", cent(time[0] + fees[0] + time[2] + fees[2])));
        lines.push(("忙时通话费", cent(time[1] + fees[1])));
        (lines, charges)
    }

    /// What the package leaves of a call, and whether it takes anything.
    fn covered(
        &self,
        left: &mut BTreeMap<usize, u32>,
        owner: usize,
        begun: (u32, u32),
        talk: u32,
        whole: &[u32],
    ) -> (Vec<u32>, bool) {
        let Some(package) = self.package.as_ref().filter(|package| begun.0 >= package.from) else {
            return (whole.to_vec(), false);
        };
        if !package.by_talk {
            let taken = self.taken(left, owner, begun.0, whole.len());
            return (whole[taken..].to_vec(), taken > 0);
        }
        if whole.is_empty() {
            return (Vec::new(), false);
        }
        let end = self.max_call.map_or(talk, |most| most.min(talk));
        let start = self.free.filter(|(_, how)| *how == "subtract").map_or(0, |(free, _)| free);
        let taken = self.taken(left, owner, begun.0, (end - start.min(end)) as usize);
        (self.billed(begun, talk, taken as u32), taken > 0)
    }

    /// Seconds that the package has for a call that needs so many.
    fn taken(
        &self,
        left: &mut BTreeMap<usize, u32>,
        owner: usize,
        day: u32,
        wanted: usize,
    ) -> usize {
        let Some(package) = self.package.as_ref().filter(|package| day >= package.from) else {
            return 0;
        };
        let owner = if package.by_number { owner } else { 0 };
        let left = left.entry(owner).or_insert_with(|| package.seconds());
        let wanted = wanted as u32;
        let taken = match package.last_call {
            "covered" if *left > 0 => wanted,
            "charged" if wanted > *left => 0,
            _ => wanted.min(*left),
        };
        *left = left.saturating_sub(taken);
        taken as usize
    }

    /// Seconds are added up by day or by calling number.
    fn in_blocks(&self) -> bool {
        matches!(self.scope, "day" | "number")
    }

    fn block_key(&self, clause: usize, owner: usize, day: u32) -> (usize, usize, u32) {
        let by_number = self.steps.as_ref().is_some_and(|steps| steps.by_number);
        match self.scope {
            "day" => (clause, if by_number { owner } else { 0 }, day),
            _ => (clause, owner, 0),
        }
    }
}

/// A sum of seconds that opens a block whenever the last one is full.
#[derive(Clone, Default)]
struct Blocks {
    talked: u32,
    billed: u32,
    free: u32,
}

impl Blocks {
    /// Adds a second; seconds of the block that it opens, if any.
    fn add(&mut self, (first, next): (u32, u32)) -> u32 {
        let opened = match self.talked < self.billed {
            true => 0,
            false if self.billed == 0 => first,
            false => next,
        };
        self.talked += 1;
        self.billed += opened;
        opened
    }
}

impl Package {
    fn days(&self) -> u32 {
        OCTOBER + 1 - self.from
    }

    fn seconds(&self) -> u32 {
        let whole = self.minutes * 60;
        let own = if self.minutes_by_day { whole * self.days() / OCTOBER } else { whole };
        own + self.opening().map_or(0, |(most, stood)| most.min(stood) * 60)
    }

    /// A package that begins in October has nothing from September.
    fn opening(&self) -> Option<(u32, u32)> {
        self.carried.filter(|_| self.from == 1)
    }

    fn roster(&self) -> String {
        let Some((_, stood)) = self.opening() else { return String::new() };
        let mut rows = String::from("kind,id,group,from,until,quantity\n");
        let owners = if self.by_number { vec![CALLERS[0], CALLERS[2]] } else { vec!["all"] };
        for owner in owners {
            writeln!(rows, "balance,{owner},套餐,2024-10-01,,{stood}").expect("text");
        }
        rows
    }

    fn fee_due(&self) -> Decimal {
        let fee = cents(self.fee);
        match self.part_month {
            _ if self.from == 1 => fee,
            "by-day" => fee * Decimal::from(self.days()) / Decimal::from(OCTOBER),
            "30-day" => fee * Decimal::from(self.days().min(30)) / Decimal::from(30),
            _ => fee,
        }
    }
}

fn audit(contract: &Contract, calls: &str, invoice: &str) -> Result<Audit, TestCaseError> {
    let (text, roster) = (contract.text(), contract.package.as_ref().map(Package::roster));
    let contract = text.as_str();
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("write");
        vec![path.display().to_string()]
    };
    let request = Request {
        tariffs: write("contract.toml", contract),
        calls: write("calls.csv", calls),
        invoices: write("invoice.csv", invoice),
        roster: match roster.filter(|roster| !roster.is_empty()) {
            Some(roster) => write("roster.csv", &roster),
            None => Vec::new(),
        },
        period: Some("2024-10".to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()))
        .map_err(|found| TestCaseError::fail(format!("{:?}\n{contract}", found.sorted())))
}

/// The calls as records, with their charges if they have some.
fn records(calls: &[Made], charges: Option<&[Decimal]>) -> String {
    let mut rows = String::from("主叫号码,被叫号码,开始时间,通话时长,状态");
    rows.push_str(if charges.is_some() { ",费用\n" } else { "\n" });
    for (index, (caller, day, second, talk, answered)) in calls.iter().enumerate() {
        let (talk, state) = if *answered { (*talk, "已接通") } else { (0, "未接通") };
        let (hour, minute) = (second / 3600, second % 3600 / 60);
        let caller = CALLERS[*caller];
        write!(
            rows,
            "{caller},1390000{index:04},2024-10-{day:02} {hour:02}:{minute:02}:{:02},{talk},{state}",
            second % 60,
        )
        .expect("text");
        let charge = charges.map_or(String::new(), |charges| format!(",{}", charges[index]));
        writeln!(rows, "{charge}").expect("text");
    }
    rows
}

fn invoice(lines: &[(&str, Decimal)]) -> String {
    let mut invoice = String::from("费用项目,金额\n");
    for (name, amount) in lines {
        writeln!(invoice, "{name},{amount}").expect("text");
    }
    invoice
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_right_bill_is_found_right(
        contract in contract(),
        calls in calls(),
        charged in any::<bool>(),
    ) {
        let (lines, charges) = contract.bill(&calls);
        // Where sums are priced, no call has a charge of its own.
        let charged = charged && contract.scope == "call" && contract.steps.is_none();
        let rows = records(&calls, charged.then_some(charges.as_slice()));
        let audit = audit(&contract, &rows, &invoice(&lines))?;
        let found: Vec<&str> = audit.findings.iter().map(|finding| finding.code).collect();
        let papers = || format!("{}\n{rows}\n{}", contract.text(), invoice(&lines));
        let bridge = &audit.bridge;
        prop_assert_eq!(bridge.billed, bridge.expected, "{}", papers());
        prop_assert!(found.is_empty(), "{:?}\n{}", found, papers());
        prop_assert!(bridge.remainder.is_zero(), "{}", papers());
    }

    /// Another call never lowers the bill: packages, sums and steps included, but for a step whose
    /// price holds for all minutes.
    #[test]
    fn calls_never_lower_the_bill(contract in contract(), calls in calls(), one in 0usize..40) {
        prop_assume!(contract.steps.as_ref().is_none_or(|steps| {
            !steps.volume || steps.prices[0] <= steps.prices[1]
        }));
        // Minutes too few for a cheap call may wait for a dear one.
        prop_assume!(contract.package.as_ref().is_none_or(|p| p.last_call != "charged"));
        // Of seconds that are added up, a covered call may open the block into which a later one,
        // beyond the minutes, falls.
        prop_assume!(!contract.in_blocks() || contract.package.is_none());
        let fewer: Vec<Made> = calls
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != one % calls.len())
            .map(|(_, made)| *made)
            .collect();
        let (lines, _) = contract.bill(&calls);
        let total = |calls: &[Made]| {
            let rows = records(calls, None);
            audit(&contract, &rows, &invoice(&lines)).map(|audit| audit.bill.total)
        };
        prop_assume!(!fewer.is_empty());
        let (fewer, all) = (total(&fewer)?, total(&calls)?);
        prop_assert!(fewer <= all, "{} > {}\n{}", fewer, all, contract.text());
    }

    /// What the calls of a silent contract would cost under another reading is what they do cost
    /// under a contract that says so.
    #[test]
    fn each_reading_is_priced_as_if_it_were_written(contract in contract(), calls in calls()) {
        let contract = contract.silenced();
        let (lines, _) = contract.bill(&calls);
        let rows = records(&calls, None);
        let audit = audit(&contract, &rows, &invoice(&lines))?;
        let papers = || format!("{}\n{rows}", contract.text());
        prop_assert_eq!(audit.bridge.billed, audit.bridge.expected, "{}", papers());
        prop_assert!(audit.readings.len() >= 4);
        // Whose a call is that runs over the end of the month has tests of its own.
        let asked = audit.readings.iter().filter(|one| one.fork.key != "contract.call_cycle");
        for reading in asked {
            let (other, _) = contract.answered(reading.fork.key, reading.word).bill(&calls);
            let total: Decimal = other.iter().map(|(_, amount)| amount).sum();
            let told = reading.total.map(|total| total.decimal().normalize());
            let (key, word) = (reading.fork.key, reading.word);
            prop_assert_eq!(told, Some(total.normalize()), "{} = {}\n{}", key, word, papers());
        }
    }
}
