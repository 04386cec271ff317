//! Prices that change within a call: any mix of steps, periods, packages and rules for blocks is
//! billed as a reference that walks each call second by second says, to the cent and without a word.
//!
//! The reference shares no code with telbill: a block is opened when the one before is used up, and
//! closed when it is full or its time ends.

use std::fmt::Write;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use telbill::audit::{Audit, Observer, Request, run};
use telbill::source::SourceMap;

/// What changes at a second: thousandths of a price, a block, hundredths of a fee.
#[derive(Clone, Debug)]
struct After {
    from: u32,
    price: Option<u32>,
    block: Option<u32>,
    fee: u32,
}

#[derive(Clone, Debug)]
struct Clause {
    /// Thousandths, for a minute.
    price: u32,
    /// Hundredths.
    connect: u32,
    after: Vec<After>,
    /// Hundredths.
    bounds: Option<(u32, u32, bool)>,
}

#[derive(Clone, Debug)]
struct Package {
    minutes: u32,
    by_talk: bool,
    connect_covered: bool,
    afresh: bool,
}

#[derive(Clone, Debug)]
struct Contract {
    increment: (u32, u32),
    minimum: u32,
    complete_only: bool,
    free: Option<(u32, &'static str)>,
    band_rule: &'static str,
    band_steps: &'static str,
    band_connect: &'static str,
    step_rule: &'static str,
    /// Busy from and until, hours.
    busy: (u32, u32),
    /// At other times, and in the busy hours.
    clauses: [Clause; 2],
    places: u32,
    mode: &'static str,
    package: Option<Package>,
}

/// Second of the day, seconds talked.
type Made = (u32, u32);

/// A billed second: its piece of the call, clause, price among those of the clause, and block.
type Billed = (usize, usize, usize, u32);

fn clause() -> impl Strategy<Value = Clause> {
    let entry = (
        1u32..200,
        proptest::option::weighted(0.8, prop_oneof![1 => Just(0u32), 5 => 1u32..2_000]),
        proptest::option::weighted(0.3, prop_oneof![Just(1u32), Just(7), Just(60), Just(90)]),
        prop_oneof![2 => Just(0u32), 1 => 1u32..40],
    );
    let bounds = (0u32..60, 0u32..300, any::<bool>());
    (
        1u32..2_000,
        prop_oneof![Just(0u32), 1u32..30],
        proptest::collection::vec(entry, 0..4),
        proptest::option::weighted(0.3, bounds),
    )
        .prop_map(|(price, connect, entries, bounds)| {
            let mut from = 0;
            let after = entries.into_iter().map(|(gap, price, block, fee)| {
                from += gap;
                let price = if price.is_none() && block.is_none() { Some(100) } else { price };
                After { from, price, block, fee }
            });
            let bounds = bounds.map(|(least, more, with)| (least, least + more, with));
            Clause { price, connect, after: after.collect(), bounds }
        })
}

fn contract() -> impl Strategy<Value = Contract> {
    let increment =
        prop_oneof![Just((1, 1)), Just((6, 6)), Just((30, 6)), Just((60, 60)), Just((10, 7))];
    let how = prop_oneof![Just("cliff"), Just("subtract"), Just("after-rounding")];
    let started = prop_oneof![
        2 => Just((0u32, false)), 1 => Just((61, false)), 1 => Just((0, true))
    ];
    let rules = (
        prop_oneof![Just("start"), Just("each-increment"), Just("exact-split"), Just("each-piece")],
        prop_oneof![Just("continue"), Just("afresh")],
        prop_oneof![Just("once"), Just("each-band")],
        prop_oneof![Just("each-increment"), Just("each-piece"), Just("exact-split")],
    );
    let package = (1u32..30, any::<[bool; 3]>()).prop_map(|(minutes, [a, b, c])| Package {
        minutes,
        by_talk: a,
        connect_covered: b,
        afresh: c,
    });
    let rest = (
        (0u32..12, 12u32..24),
        [clause(), clause()],
        (2u32..6, prop_oneof![Just("half-up"), Just("half-even"), Just("up"), Just("down")]),
        proptest::option::of(package),
    );
    (increment, started, proptest::option::of((1u32..40, how)), rules, rest).prop_map(
        |(increment, (minimum, complete_only), free, rules, rest)| Contract {
            increment,
            minimum,
            complete_only,
            free,
            band_rule: rules.0,
            band_steps: rules.1,
            band_connect: rules.2,
            step_rule: rules.3,
            busy: rest.0,
            clauses: rest.1,
            places: rest.2.0,
            mode: rest.2.1,
            package: rest.3,
        },
    )
}

/// Calls near the edges of the busy hours of most contracts, and long enough for their steps.
fn calls() -> impl Strategy<Value = Vec<Made>> {
    let seconds = prop_oneof![1 => Just(0u32), 4 => 1u32..300, 2 => 300u32..5_000];
    let begins = (0u32..24, 3_000u32..3_600).prop_map(|(hour, second)| hour * 3_600 + second);
    proptest::collection::vec((prop_oneof![begins, 0u32..86_000], seconds), 1..12).prop_map(
        |mut calls| {
            calls.sort_unstable();
            calls
        },
    )
}

fn thousandths(value: u32) -> Decimal {
    Decimal::new(value.into(), 3)
}

fn cents(value: u32) -> Decimal {
    Decimal::new(value.into(), 2)
}

impl Clause {
    /// Prices from their seconds on, with their blocks.
    fn prices(&self) -> Vec<(u32, u32, Option<u32>)> {
        let mut list = vec![(0, self.price, None)];
        let (mut price, mut block) = (self.price, None);
        for after in &self.after {
            price = after.price.unwrap_or(price);
            block = after.block.or(block);
            list.push((after.from, price, block));
        }
        list
    }

    fn step(&self, clock: u32) -> usize {
        self.after.iter().filter(|after| after.from <= clock).count()
    }

    fn text(&self, name: &str, extra: &str) -> String {
        let mut text = format!(
            "[[call]]\nname = \"{name}\"\n{extra}price = \"{}\"\nper = \"60s\"\nconnect = \"{}\"\n",
            thousandths(self.price),
            cents(self.connect),
        );
        if let Some((least, most, with)) = self.bounds {
            let bounds = if with { "with-connect" } else { "time" };
            write!(
                text,
                "least = \"{}\"\nmost = \"{}\"\nbounds = \"{bounds}\"\n",
                cents(least),
                cents(most)
            )
            .expect("text");
        }
        for after in &self.after {
            write!(text, "[[call.after]]\nfrom = \"{}s\"\n", after.from).expect("text");
            if let Some(price) = after.price {
                writeln!(text, "price = \"{}\"", thousandths(price)).expect("text");
            }
            if let Some(block) = after.block {
                writeln!(text, "increment = \"{block}s\"").expect("text");
            }
            writeln!(text, "fee = \"{}\"", cents(after.fee)).expect("text");
        }
        text
    }
}

/// One call as the reference sees it.
struct Call<'c> {
    of: &'c Contract,
    end: u32,
    /// The clause of each second by the clock on the wall, where its piece begins, and how many
    /// pieces came before.
    seconds: Vec<(usize, u32, usize)>,
}

impl<'c> Call<'c> {
    fn new(of: &'c Contract, begun: u32, end: u32) -> Self {
        let clause = |second: u32| {
            let second = if of.band_rule == "start" { 0 } else { second };
            let hour = (begun + second) % 86_400 / 3_600;
            usize::from((of.busy.0..of.busy.1).contains(&hour))
        };
        let mut seconds = vec![(clause(0), 0, 0)];
        for second in 1..end {
            let (before, begin, count) = seconds[second as usize - 1];
            let here = clause(second);
            let anew = here != before;
            seconds.push(if anew { (here, second, count + 1) } else { (here, begin, count) });
        }
        Self { of, end, seconds }
    }

    fn at(&self, second: u32) -> (usize, u32, usize) {
        self.seconds[(second as usize).min(self.seconds.len() - 1)]
    }

    /// The clause of a second of the call, or of its last one.
    fn clause(&self, second: u32) -> usize {
        self.at(second).0
    }

    /// How many pieces came before it.
    fn piece(&self, second: u32) -> usize {
        self.at(second).2
    }

    /// What `after` counts at a second, as of the piece of another.
    fn clock(&self, second: u32, piece_of: u32, from: u32) -> u32 {
        let begin = if self.of.band_steps == "afresh" { self.at(piece_of).1 } else { 0 };
        second.saturating_sub(begin.max(from))
    }

    fn block(&self, second: u32, from: u32) -> u32 {
        let clause = &self.of.clauses[self.clause(second)];
        let step = clause.step(self.clock(second, second, from));
        clause.prices()[step].2.unwrap_or(self.of.increment.1)
    }

    /// Billed seconds from a second of the call on; `after` counts from another.
    fn billed(&self, start: u32, from: u32) -> Vec<Billed> {
        let (of, end) = (self.of, self.end);
        let mut billed: Vec<Billed> = Vec::new();
        let mut block: Option<(u32, u32)> = None;
        for second in start..=end {
            let ends = second == end;
            let anew = second > start && !ends && {
                let before = self.clause(second - 1);
                let step = |at| of.clauses[before].step(self.clock(at, second - 1, from));
                (of.band_rule == "each-piece" && before != self.clause(second))
                    || (of.step_rule == "each-piece" && step(second) != step(second - 1))
            };
            if let Some((begun, length)) = block {
                let full = second == begun + length;
                if full || anew || ends {
                    if full || !of.complete_only {
                        self.close(begun, length, from, &mut billed);
                    }
                    block = None;
                }
            }
            if block.is_none() && !ends {
                let first = second == start;
                let length = if first { of.increment.0 } else { self.block(second, from) };
                block = Some((second, length));
            }
        }
        while start < end && billed.len() < of.minimum as usize {
            let at = start + billed.len() as u32;
            let (piece, clause) = (self.piece(at), self.clause(at));
            let step = of.clauses[clause].step(self.clock(at, at, from));
            let block = self.block(at, from);
            let here = if of.step_rule == "each-increment" { block } else { 1 };
            for _ in 0..here.min(of.minimum - billed.len() as u32) {
                billed.push((piece, clause, step, block));
            }
        }
        let given_back = of.free.filter(|(_, how)| *how == "after-rounding");
        billed.split_off(given_back.map_or(0, |(free, _)| (free as usize).min(billed.len())))
    }

    /// Bills the seconds of a block.
    fn close(&self, begun: u32, length: u32, from: u32, billed: &mut Vec<Billed>) {
        for second in begun..begun + length {
            let band = if self.of.band_rule == "exact-split" { second } else { begun };
            let counted = if self.of.step_rule == "exact-split" { second } else { begun };
            let clause = self.clause(band);
            let step = self.of.clauses[clause].step(self.clock(counted, band, from));
            billed.push((self.piece(band), clause, step, length));
        }
    }

    /// Prices counted anew, as if the call began with these seconds.
    fn recounted(&self, rest: &[Billed]) -> Vec<Billed> {
        let mut list: Vec<Billed> = Vec::new();
        let mut in_block = 0;
        for (index, (piece, clause, step, block)) in rest.iter().enumerate() {
            let same = index > 0 && rest[index - 1] == rest[index];
            in_block = if same { in_block + 1 } else { 0 };
            let opens = in_block % block == 0 || self.of.step_rule != "each-increment";
            let now = self.of.clauses[*clause].step(index as u32);
            let _ = step;
            let now = if opens { now } else { list[index - 1].2 };
            list.push((*piece, *clause, now, *block));
        }
        list
    }

    /// Connect fees, and fees within the call.
    fn fees(&self, start: u32) -> (Decimal, Decimal) {
        let of = self.of;
        let mut connect = of.clauses[self.clause(0)].connect;
        let mut within = 0;
        for second in 0..self.end {
            let clause = &of.clauses[self.clause(second)];
            let clock = self.clock(second, second, 0);
            let enters = second > 0 && self.clause(second) != self.clause(second - 1);
            let lasts = (second..self.end).take_while(|at| self.clause(*at) == self.clause(second));
            if enters && of.band_connect == "each-band" && second + lasts.count() as u32 > start {
                connect += clause.connect;
                let passed = |after: &&After| after.fee > 0 && after.from < clock;
                let in_force = clause.after.iter().rfind(passed);
                within += in_force.map_or(0, |after| after.fee);
            }
            let now = clause.after.iter().filter(|after| after.from == clock);
            within += now.map(|after| after.fee).sum::<u32>();
        }
        (cents(connect), cents(within))
    }
}

impl Contract {
    fn text(&self) -> String {
        let mut text = format!(
            "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
             [metering]\nbill_on = \"answer\"\nincrement = [\"{}s\", \"{}s\"]\nminimum = \"{}s\"\n\
             started = \"{}\"\nzero = \"free\"\nsubsecond = \"up\"\nscope = \"call\"\n\
             band_rule = \"{}\"\nband_steps = \"{}\"\nband_connect = \"{}\"\nstep_rule = \"{}\"\n",
            self.increment.0,
            self.increment.1,
            self.minimum,
            if self.complete_only { "down" } else { "up" },
            self.band_rule,
            self.band_steps,
            self.band_connect,
            self.step_rule,
        );
        if let Some((seconds, how)) = self.free {
            writeln!(text, "free = {{ seconds = {seconds}, how = \"{how}\" }}").expect("text");
        }
        write!(
            text,
            "[rounding]\ncall = {{ to = \"{}\", mode = \"{}\" }}\nline = {{ to = \"0.01\", mode = \"half-up\" }}\n\
             [[period]]\nname = \"busy\"\nhours = \"{:02}:00-{:02}:00\"\n",
            Decimal::new(1, self.places),
            self.mode,
            self.busy.0,
            self.busy.1,
        )
        .expect("text");
        if let Some(package) = &self.package {
            write!(
                text,
                "[[package]]\nname = \"minutes\"\nfee = \"0\"\nincludes = [{{ minutes = {} }}]\n\
                 connect = \"{}\"\nburn = \"{}\"\nscope = \"pool\"\nsteps = \"{}\"\nlast_call = \"split\"\n",
                package.minutes,
                if package.connect_covered { "covered" } else { "charged" },
                if package.by_talk { "talk" } else { "billed" },
                if package.afresh { "afresh" } else { "continue" },
            )
            .expect("text");
        }
        text += &self.clauses[0].text("calls", "");
        text += &self.clauses[1].text("busy calls", "period = \"busy\"\n");
        text
    }

    fn rounded(&self, exact: Decimal) -> Decimal {
        let strategy = match self.mode {
            "half-up" => RoundingStrategy::MidpointAwayFromZero,
            "half-even" => RoundingStrategy::MidpointNearestEven,
            "up" => RoundingStrategy::AwayFromZero,
            _ => RoundingStrategy::ToZero,
        };
        exact.round_dp_with_strategy(self.places, strategy)
    }

    /// What billed seconds cost beside a call's fees, with which the charge is rounded.
    fn time(&self, billed: &[Billed], fees: Decimal) -> Decimal {
        let price =
            |(_, clause, step, _): &Billed| thousandths(self.clauses[*clause].prices()[*step].1);
        self.rounded(billed.iter().map(price).sum::<Decimal>() / Decimal::from(60) + fees) - fees
    }

    /// Clause and charge of a call; what is left of the package is kept up.
    fn charge(&self, (begun, talk): Made, left: &mut u32) -> (usize, Decimal) {
        let call = Call::new(self, begun, talk);
        let first = call.clause(0);
        let start = match self.free {
            Some((free, "cliff")) if talk < free => return (first, Decimal::ZERO),
            Some((free, "subtract")) if talk <= free => return (first, Decimal::ZERO),
            Some((free, "subtract")) => free,
            _ => 0,
        };
        let whole = call.billed(start, 0);
        let free = self.free.filter(|(_, how)| *how == "after-rounding").map_or(0, |(f, _)| f);
        if whole.is_empty() && !(self.complete_only && talk - start > free) {
            return (first, Decimal::ZERO);
        }
        let (connect, within) = call.fees(start);
        let (mut rest, mut waived) = (whole.clone(), Decimal::ZERO);
        if let Some(package) = self.package.as_ref().filter(|_| !whole.is_empty()) {
            let taken = if package.by_talk { talk - start } else { whole.len() as u32 };
            let taken = taken.min(*left);
            *left -= taken;
            if taken > 0 {
                waived = if package.connect_covered { connect } else { Decimal::ZERO };
                rest = match (package.by_talk, package.afresh) {
                    (true, true) => call.billed(start + taken, start + taken),
                    (true, false) => call.billed(start + taken, 0),
                    (false, true) => call.recounted(&whole[taken as usize..]),
                    (false, false) => whole[taken as usize..].to_vec(),
                };
            }
        }
        let fees = connect + within;
        let mut time = self.time(&rest, fees - waived);
        // What a package covers whole costs nothing.
        let covered = rest.is_empty() && !whole.is_empty();
        if let Some((least, most, with)) = self.clauses[first].bounds.filter(|_| !covered) {
            let beside = if with { fees } else { Decimal::ZERO };
            time = (time + beside).max(cents(least)).min(cents(most)) - beside;
        }
        (first, time + fees - waived)
    }

    /// Lines of the bill, and the charge of each call.
    fn bill(&self, calls: &[Made]) -> ([Decimal; 2], Vec<Decimal>) {
        let mut left = self.package.as_ref().map_or(0, |package| package.minutes * 60);
        let mut lines = [Decimal::ZERO; 2];
        let mut charges = Vec::new();
        for made in calls {
            let (clause, charge) = self.charge(*made, &mut left);
            lines[clause] += charge;
            charges.push(charge);
        }
        let cent =
            |line: Decimal| line.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        (lines.map(cent), charges)
    }
}

fn records(calls: &[Made], charges: Option<&[Decimal]>) -> String {
    let mut rows = String::from("主叫号码,被叫号码,开始时间,通话时长,状态");
    rows.push_str(if charges.is_some() { ",费用\n" } else { "\n" });
    for (index, (second, talk)) in calls.iter().enumerate() {
        let (hour, minute, second) = (second / 3_600, second % 3_600 / 60, second % 60);
        write!(
            rows,
            "057188880001,1390000{index:04},2024-10-15 {hour:02}:{minute:02}:{second:02},{talk},已接通"
        )
        .expect("text");
        let charge = charges.map_or(String::new(), |charges| format!(",{}", charges[index]));
        writeln!(rows, "{charge}").expect("text");
    }
    rows
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
        .map_err(|found| TestCaseError::fail(format!("{:#?}\n{contract}", found.sorted())))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_right_bill_is_found_right(
        contract in contract(), calls in calls(), charged in any::<bool>(),
    ) {
        let (lines, charges) = contract.bill(&calls);
        let charged = charged && contract.package.is_none();
        let rows = records(&calls, charged.then_some(charges.as_slice()));
        let invoice =
            format!("费用项目,金额\ncalls,{}\nbusy calls,{}\n", lines[0], lines[1]);
        let audit = audit(&contract.text(), &rows, &invoice)?;
        let papers = || format!("{}\n{rows}\n{invoice}", contract.text());
        prop_assert_eq!(audit.bridge.billed, audit.bridge.expected, "{}", papers());
        let found: Vec<&str> = audit.findings.iter().map(|finding| finding.code).collect();
        prop_assert!(found.is_empty(), "{:?}\n{}", found, papers());
    }

    /// Another second never lowers what a call costs, however its price falls.
    #[test]
    fn seconds_never_lower_a_charge(contract in contract(), talk in 0u32..1_000) {
        let contract = Contract { band_rule: "start", package: None, ..contract };
        let total = |talk| {
            let rows = records(&[(36_000, talk)], None);
            audit(&contract.text(), &rows, "费用项目,金额\ncalls,0\n").map(|audit| audit.bill.total)
        };
        let (shorter, longer) = (total(talk)?, total(talk + 1)?);
        prop_assert!(shorter <= longer, "{shorter} > {longer}\n{}", contract.text());
    }
}
