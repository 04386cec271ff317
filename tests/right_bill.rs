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
    cycle: bool,
    band_rule: &'static str,
    /// Ten-thousandths: all day, and in the busy hours.
    prices: [u32; 2],
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
    ((1u32..200, 0u32..9_999), any::<[bool; 3]>(), dates).prop_map(
        |((minutes, fee), [by_talk, connect_covered, by_number], dates)| Package {
            minutes,
            fee,
            by_talk,
            connect_covered,
            by_number,
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
        prop_oneof![2 => Just(false), 1 => Just(true)],
        prop_oneof![Just("start"), Just("each-increment"), Just("exact-split")],
    );
    let prices = (
        (1u32..9_000, 1u32..9_000),
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
        cycle: metering.3,
        band_rule: metering.4,
        prices: [prices.0.0, prices.0.1],
        per: prices.1,
        busy: prices.2,
        connect: prices.3.0,
        attempt: prices.3.1,
        places: prices.4.0,
        mode: prices.4.1,
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
        let mut text = format!(
            "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
             [metering]\nbill_on = \"answer\"\nincrement = [\"{}s\", \"{}s\"]\nminimum = \"{}s\"\n\
             zero = \"{}\"\nsubsecond = \"up\"\nscope = \"{}\"\nband_rule = \"{}\"\n",
            self.increment.0,
            self.increment.1,
            self.minimum,
            if self.zero_bills { "first-increment" } else { "free" },
            if self.cycle { "cycle" } else { "call" },
            self.band_rule,
        );
        let mut line = |line: String| writeln!(text, "{line}").expect("text");
        if let Some((seconds, how)) = self.free {
            line(format!("free = {{ seconds = {seconds}, how = \"{how}\" }}"));
        }
        if let Some(most) = self.max_call {
            line(format!("max_call = \"{most}s\""));
        }
        let to = Decimal::new(1, self.places);
        line(format!("[rounding]\ncall = {{ to = \"{to}\", mode = \"{}\" }}", self.mode));
        line("line = { to = \"0.01\", mode = \"half-up\" }".to_owned());
        if let Some(package) = &self.package {
            line(format!(
                "[[package]]\nname = \"套餐\"\nfee = \"{}\"\nincludes = [{{ minutes = \"{}\" }}]\n\
                 connect = \"{}\"\nburn = \"{}\"\nscope = \"{}\"",
                cents(package.fee),
                package.minutes,
                if package.connect_covered { "covered" } else { "charged" },
                if package.by_talk { "talk" } else { "billed" },
                if package.by_number { "number" } else { "pool" },
            ));
            if package.from > 1 {
                let minutes = if package.minutes_by_day { "by-day" } else { "full" };
                line(format!(
                    "part_month = \"{}\"\npart_minutes = \"{minutes}\"\nvalid = {{ from = 2024-10-{:02} }}",
                    package.part_month, package.from,
                ));
            }
        }
        let (from, until) = self.busy;
        line(format!("[[period]]\nname = \"busy\"\nhours = \"{from:02}:00-{until:02}:00\""));
        for (name, extra, steps, price) in [
            ("日间通话费", "", self.steps.as_ref(), self.prices[0]),
            ("忙时通话费", "period = \"busy\"\n", None, self.prices[1]),
        ] {
            line(format!(
                "[[call]]\nname = \"{name}\"\n{extra}per = \"{}s\"\nconnect = \"{}\"\nattempt = \"{}\"",
                self.per,
                cents(self.connect),
                cents(self.attempt),
            ));
            line(match steps {
                None => format!("price = \"{}\"", tenths_of(price)),
                Some(steps) => format!(
                    "[call.tiers]\nmode = \"{}\"\nscope = \"{}\"\n\
                     steps = [{{ up_to = {}, price = \"{}\" }}, {{ price = \"{}\" }}]",
                    if steps.volume { "volume" } else { "graduated" },
                    if steps.by_number { "number" } else { "pool" },
                    steps.edge,
                    tenths_of(steps.prices[0]),
                    tenths_of(steps.prices[1]),
                ),
            });
        }
        text
    }

    /// For each billed second of a call, the second of the call by whose time it is priced; of
    /// what is left if a package has taken so many seconds of talk from where billing starts.
    fn billed(&self, talk: u32, taken: u32) -> Vec<u32> {
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
        let count = match (self.cycle, length) {
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
                "each-increment" if !self.cycle => block,
                _ => second,
            };
            (start + second).min(end.saturating_sub(1))
        };
        (0..count).skip(given_back as usize).map(priced_at).collect()
    }

    /// Clause 1 in the busy hours, clause 0 at all others.
    fn clause_at(&self, second: u32) -> usize {
        let hour = second % 86_400 / 3_600;
        usize::from((self.busy.0..self.busy.1).contains(&hour))
    }

    /// True if a clause's charge is that of a sum of seconds.
    fn is_sum(&self, clause: usize) -> bool {
        self.cycle || (clause == 0 && self.steps.is_some())
    }

    fn price(&self, clause: usize) -> Decimal {
        tenths_of(self.prices[clause])
    }

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
            _ if !self.cycle => seconds,
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
        let mut fees = [Decimal::ZERO; 2];
        let mut time = [Decimal::ZERO; 2];
        // By clause and owner of the calling number.
        let mut sums: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        let mut left: BTreeMap<usize, u32> = BTreeMap::new();
        let mut charges = Vec::new();
        for (caller, day, second, talk, answered) in calls {
            let begun = self.clause_at(*second);
            let mut fee = cents(self.attempt);
            let mut own = Decimal::ZERO;
            if *answered {
                let whole = self.billed(*talk, 0);
                let (rest, covered) = self.covered(&mut left, OWNERS[*caller], *day, *talk, &whole);
                let waived = covered && self.package.as_ref().is_some_and(|p| p.connect_covered);
                if !whole.is_empty() && !waived {
                    fee += cents(self.connect);
                }
                let clauses = rest.iter().map(|at| self.clause_at(second + at));
                let mut of = [0u32; 2];
                clauses.for_each(|clause| of[clause] += 1);
                let apart = self.is_sum(begun) || (0..2).any(|c| of[c] > 0 && self.is_sum(c));
                let exact = |clause: usize| {
                    self.price(clause) * Decimal::from(of[clause]) / Decimal::from(self.per)
                };
                if apart {
                    for clause in 0..2 {
                        if self.is_sum(clause) {
                            *sums.entry((clause, OWNERS[*caller])).or_default() += of[clause];
                        } else {
                            time[clause] += self.per_call(exact(clause));
                        }
                    }
                } else {
                    let per = Decimal::from(self.per);
                    let both = (0..2).map(|c| self.price(c) * Decimal::from(of[c]));
                    own = self.per_call(both.sum::<Decimal>() / per);
                    time[begun] += own;
                }
            }
            fees[begun] += fee;
            charges.push(own + fee);
        }
        for clause in 0..2 {
            let by_number = clause == 0 && self.steps.as_ref().is_some_and(|s| s.by_number);
            let of = sums.iter().filter(|((c, _), _)| *c == clause).map(|(_, s)| *s);
            time[clause] += if by_number {
                of.map(|seconds| self.sum_charge(clause, seconds)).sum::<Decimal>()
            } else {
                self.sum_charge(clause, of.sum())
            };
        }
        let mut lines = Vec::new();
        if let Some(package) = &self.package {
            lines.push(("套餐", cent(package.fee_due())));
        }
        lines.push(("日间通话费", cent(time[0] + fees[0])));
        lines.push(("忙时通话费", cent(time[1] + fees[1])));
        (lines, charges)
    }

    /// What the package leaves of a call, and whether it takes anything.
    fn covered(
        &self,
        left: &mut BTreeMap<usize, u32>,
        owner: usize,
        day: u32,
        talk: u32,
        whole: &[u32],
    ) -> (Vec<u32>, bool) {
        let Some(package) = self.package.as_ref().filter(|package| day >= package.from) else {
            return (whole.to_vec(), false);
        };
        let owner = if package.by_number { owner } else { 0 };
        let left = left.entry(owner).or_insert_with(|| package.seconds());
        if !package.by_talk {
            let taken = (*left).min(u32::try_from(whole.len()).expect("fits"));
            *left -= taken;
            return (whole[taken as usize..].to_vec(), taken > 0);
        }
        if whole.is_empty() {
            return (Vec::new(), false);
        }
        let end = self.max_call.map_or(talk, |most| most.min(talk));
        let start = self.free.filter(|(_, how)| *how == "subtract").map_or(0, |(free, _)| free);
        let taken = (*left).min(end - start.min(end));
        *left -= taken;
        (self.billed(talk, taken), taken > 0)
    }
}

impl Package {
    fn days(&self) -> u32 {
        OCTOBER + 1 - self.from
    }

    fn seconds(&self) -> u32 {
        let whole = self.minutes * 60;
        if self.minutes_by_day { whole * self.days() / OCTOBER } else { whole }
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

fn audit(contract: &str, calls: &str, invoice: &str) -> Result<Audit, TestCaseError> {
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
        period: Some("2024-10".to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()))
        .map_err(|found| TestCaseError::fail(format!("{:?}\n{contract}", found.sorted())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_right_bill_is_found_right(contract in contract(), calls in calls(), charged in any::<bool>()) {
        let (lines, charges) = contract.bill(&calls);
        // Where sums are priced, no call has a charge of its own.
        let charged = charged && !contract.cycle && contract.steps.is_none();
        let mut rows = String::from("主叫号码,被叫号码,开始时间,通话时长,状态");
        rows.push_str(if charged { ",费用\n" } else { "\n" });
        for (index, ((caller, day, second, talk, answered), charge)) in
            calls.iter().zip(&charges).enumerate()
        {
            let (talk, state) = if *answered { (*talk, "已接通") } else { (0, "未接通") };
            write!(
                rows,
                "{},1390000{index:04},2024-10-{day:02} {:02}:{:02}:{:02},{talk},{state}",
                CALLERS[*caller], second / 3600, second % 3600 / 60, second % 60,
            ).expect("text");
            rows.push_str(&if charged { format!(",{charge}\n") } else { "\n".to_owned() });
        }
        let mut invoice = String::from("费用项目,金额\n");
        for (name, amount) in &lines {
            writeln!(invoice, "{name},{amount}").expect("text");
        }
        let audit = audit(&contract.text(), &rows, &invoice)?;
        let found: Vec<&str> = audit.findings.iter().map(|finding| finding.code).collect();
        let papers = || format!("{}\n{rows}\n{invoice}", contract.text());
        let bridge = &audit.bridge;
        prop_assert_eq!(bridge.billed, bridge.expected, "{}", papers());
        prop_assert!(found.is_empty(), "{:?}\n{}", found, papers());
        prop_assert!(bridge.remainder.is_zero(), "{}", papers());
    }
}
