//! Laws that hold for any contract and any calls.

use std::fmt::Write;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use telbill::audit::{Observer, Request, run};
use telbill::cdr::{Call, Outcome, Row};
use telbill::money::FixedSum;
use telbill::rate::{Compiled, Meter, Tally};
use telbill::source::SourceMap;
use telbill::tariff::{CheckSettings, Direction, Plan, parse};
use telbill::when::Day;

/// A contract in plain numbers: what the text says, and what the reference below computes from.
#[derive(Clone, Debug)]
struct Terms {
    increment: (u32, u32),
    minimum: u32,
    free: Option<(u32, &'static str)>,
    zero_bills: bool,
    /// Ten-thousandths of a unit of currency: all day, and in the busy hours.
    prices: (u32, u32),
    per: u32,
    /// Busy from and until, hours.
    busy: (u32, u32),
    /// Hundredths.
    connect: u32,
    attempt: u32,
    places: u32,
    mode: &'static str,
}

fn terms() -> impl Strategy<Value = Terms> {
    let increment = prop_oneof![
        Just((1, 1)),
        Just((6, 6)),
        Just((30, 6)),
        Just((60, 1)),
        Just((60, 60)),
        Just((10, 7))
    ];
    let how = prop_oneof![Just("cliff"), Just("subtract"), Just("after-rounding")];
    (
        (increment, prop_oneof![Just(0u32), Just(30), Just(61)]),
        (proptest::option::of((1u32..20, how)), any::<bool>()),
        (1u32..20_000, 1u32..20_000, prop_oneof![Just(60u32), Just(6), Just(1), Just(45)]),
        (0u32..12, 12u32..24, 0u32..30, 0u32..5),
        (2u32..6, prop_oneof![Just("half-up"), Just("half-even"), Just("up"), Just("down")]),
    )
        .prop_map(|((increment, minimum), (free, zero_bills), prices, fees, rounding)| Terms {
            increment,
            minimum,
            free,
            zero_bills,
            prices: (prices.0, prices.1),
            per: prices.2,
            busy: (fees.0, fees.1),
            connect: fees.2,
            attempt: fees.3,
            places: rounding.0,
            mode: rounding.1,
        })
}

impl Terms {
    fn contract(&self) -> String {
        let free = self.free.map_or(String::new(), |(seconds, how)| {
            format!("free = {{ seconds = {seconds}, how = \"{how}\" }}\n")
        });
        let call = |name: &str, extra: &str, price: u32| {
            format!(
                "[[call]]\nname = \"{name}\"\n{extra}price = \"{}\"\nper = \"{}s\"\nconnect = \"{}\"\nattempt = \"{}\"\n",
                Decimal::new(price.into(), 4),
                self.per,
                Decimal::new(self.connect.into(), 2),
                Decimal::new(self.attempt.into(), 2),
            )
        };
        format!(
            "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
             [metering]\nbill_on = \"answer\"\nincrement = [\"{}s\", \"{}s\"]\nminimum = \"{}s\"\n{free}\
             zero = \"{}\"\nsubsecond = \"up\"\nscope = \"call\"\nband_rule = \"start\"\n\
             [rounding]\ncall = {{ to = \"{}\", mode = \"{}\" }}\nline = {{ to = \"0.01\", mode = \"half-up\" }}\n\
             [[period]]\nname = \"busy\"\nhours = \"{:02}:00-{:02}:00\"\n{}{}",
            self.increment.0,
            self.increment.1,
            self.minimum,
            if self.zero_bills { "first-increment" } else { "free" },
            Decimal::new(1, self.places),
            self.mode,
            self.busy.0,
            self.busy.1,
            call("calls", "", self.prices.0),
            call("busy calls", "period = \"busy\"\n", self.prices.1),
        )
    }

    fn plan(&self) -> (Plan, Compiled) {
        let mut sources = SourceMap::default();
        let file = sources.add("contract.toml", self.contract());
        let (plan, found) = parse(&mut sources, file, &|_, _| Ok("".into()));
        let plan = plan.unwrap_or_else(|| panic!("{:?}\n{}", found.sorted(), self.contract()));
        let compiled = Compiled::new(&plan).expect("rounded charges are exact");
        (plan, compiled)
    }

    /// Billed seconds, block by block.
    fn billed(&self, seconds: u32) -> u32 {
        let (first, next) = self.increment;
        let blocks = |seconds: u32| {
            if seconds == 0 && !self.zero_bills {
                return 0;
            }
            let mut billed = first;
            while billed < seconds {
                billed += next;
            }
            billed.max(self.minimum)
        };
        match self.free {
            Some((free, "cliff")) if seconds < free => 0,
            Some((free, "subtract")) if seconds <= free => 0,
            Some((free, "subtract")) => blocks(seconds - free),
            Some((free, "after-rounding")) => blocks(seconds).saturating_sub(free),
            _ => blocks(seconds),
        }
    }

    /// The charge, in plain decimals.
    fn charge(&self, second: u32, seconds: u32, answered: bool) -> Decimal {
        let attempt = Decimal::new(self.attempt.into(), 2);
        if !answered {
            return attempt;
        }
        let busy = second >= self.busy.0 * 3600 && second < self.busy.1 * 3600;
        let price = Decimal::new(if busy { self.prices.1 } else { self.prices.0 }.into(), 4);
        let billed = self.billed(seconds);
        let strategy = match self.mode {
            "half-up" => RoundingStrategy::MidpointAwayFromZero,
            "half-even" => RoundingStrategy::MidpointNearestEven,
            "up" => RoundingStrategy::AwayFromZero,
            _ => RoundingStrategy::ToZero,
        };
        let time = price * Decimal::from(billed) / Decimal::from(self.per);
        let connect = if billed > 0 { Decimal::new(self.connect.into(), 2) } else { Decimal::ZERO };
        (time + connect + attempt).round_dp_with_strategy(self.places, strategy)
    }
}

/// A call: day of October 2024, second of the day, seconds talked, answered.
type Made = (u32, u32, u32, bool);

fn calls() -> impl Strategy<Value = Vec<Made>> {
    let seconds = prop_oneof![3 => 0u32..200, 1 => 0u32..9_000];
    proptest::collection::vec((1u32..31, 0u32..86_000, seconds, any::<bool>()), 1..60)
}

fn call(made: Made) -> Call<'static> {
    let (date, second, seconds, answered) = made;
    let day = Day::from_ymd(2024, 10, date).expect("October has that day");
    Call {
        row: Row::default(),
        id: b"",
        caller: b"057188880001",
        callee: b"13800000001",
        agent: b"",
        line: b"",
        start: i64::from(day.0) * 86_400 + i64::from(second) - 28_800,
        day,
        second,
        talk: if answered { seconds } else { 0 },
        total: None,
        clock: None,
        minutes_only: false,
        billed: None,
        charge: None,
        outcome: if answered { Outcome::Answered } else { Outcome::Unanswered },
        direction: Direction::Outbound,
        caller_leg: None,
    }
}

fn settings() -> CheckSettings {
    CheckSettings { short_call: 6, long_call: 600, shift: 43_200, severity: Vec::new() }
}

fn tally(compiled: &Compiled, calls: &[Made]) -> Tally {
    let settings = settings();
    let mut meter = Meter::new(compiled);
    let mut tally = Tally::new(compiled.rules.len());
    let seeing = telbill::rate::tally::Seeing {
        compiled,
        settings: &settings,
        first_day: Day::from_ymd(2024, 10, 1).expect("a day"),
        itemised: false,
    };
    for made in calls {
        let call = call(*made);
        let rated = meter.rate(&call);
        tally.see(&call, &rated, None, None, seeing);
    }
    tally
}

fn expected(compiled: &Compiled, tally: &Tally) -> FixedSum {
    compiled.rules_with_ids().map(|(id, _)| tally.expected(compiled, id)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Look-ups in fixed point equal plain decimal arithmetic, call by call and in sum.
    #[test]
    fn kernel_equals_plain_decimals(terms in terms(), calls in calls()) {
        let (_, compiled) = terms.plan();
        let mut meter = Meter::new(&compiled);
        let mut sum = Decimal::ZERO;
        for made in &calls {
            let (_, second, seconds, answered) = *made;
            let reference = terms.charge(second, seconds, answered);
            // Twice: computed, and from the memo.
            for _ in 0..2 {
                let rated = meter.rate(&call(*made));
                prop_assert_eq!(rated.charge.amount().decimal(), reference.normalize(), "{:?}", made);
            }
            sum += reference;
        }
        let whole = tally(&compiled, &calls);
        prop_assert_eq!(expected(&compiled, &whole).amount().decimal(), sum.normalize());
    }

    /// Cutting the calls anywhere, and merging in any order, changes no sum.
    #[test]
    fn tallies_merge(terms in terms(), calls in calls(), cut in any::<prop::sample::Index>()) {
        let (_, compiled) = terms.plan();
        let at = cut.index(calls.len());
        let whole = tally(&compiled, &calls);
        let mut merged = tally(&compiled, &calls[at..]);
        merged.merge(tally(&compiled, &calls[..at]));
        prop_assert_eq!(expected(&compiled, &merged), expected(&compiled, &whole));
        prop_assert_eq!(merged.rules, whole.rules);
        prop_assert_eq!(merged.straddles, whole.straddles);
        prop_assert_eq!((merged.calls, merged.talk), (whole.calls, whole.talk));
    }

    /// A longer call never costs less.
    #[test]
    fn seconds_never_lower_a_charge(terms in terms(), second in 0u32..86_000, seconds in 0u32..5_000) {
        let (_, compiled) = terms.plan();
        let mut meter = Meter::new(&compiled);
        let mut charge = |seconds| meter.rate(&call((7, second, seconds, true))).charge;
        prop_assert!(charge(seconds) <= charge(seconds + 1));
    }
}

/// What a provider may have done to a charge.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Doubled,
    Added(u32),
    Free,
    Minute,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::Doubled),
        1 => (1u32..500).prop_map(Fault::Added),
        1 => Just(Fault::Free),
        1 => Just(Fault::Minute)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever the provider charged: the lines balance, and the bridge adds up, which is asserted
    /// where it is built; a fault changes the bill by what the bridge says.
    #[test]
    fn bridges_add_up(
        terms in terms(),
        calls in calls(),
        faults in proptest::collection::vec(fault(), 60),
        beyond in -300i64..300,
    ) {
        let mut rows = String::from("主叫号码,被叫号码,开始时间,通话时长,状态,费用\n");
        let mut billed = Decimal::new(beyond, 2);
        let mut expected = Decimal::ZERO;
        for (index, (made, fault)) in calls.iter().zip(&faults).enumerate() {
            let (date, second, seconds, answered) = *made;
            let seconds = if answered { seconds } else { 0 };
            let right = terms.charge(second, seconds, answered);
            let charge = match fault {
                Fault::None => right,
                Fault::Doubled => right * Decimal::TWO,
                Fault::Added(more) => right + Decimal::new((*more).into(), 4),
                Fault::Free => Decimal::ZERO,
                Fault::Minute => Decimal::from(seconds.div_ceil(60)) / Decimal::TEN,
            };
            billed += charge;
            expected += right;
            writeln!(
                rows,
                "057188880001,1390000{index:04},2024-10-{date:02} {:02}:{:02}:{:02},{seconds},{},{charge}",
                second / 3600, second % 3600 / 60, second % 60,
                if answered { "已接通" } else { "未接通" },
            ).expect("text");
        }
        let folder = tempfile::tempdir().expect("folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("write");
            vec![path.display().to_string()]
        };
        let billed = billed.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let request = Request {
            tariffs: write("contract.toml", &terms.contract()),
            calls: write("calls.csv", &rows),
            invoices: write("invoice.csv", &format!("费用项目,金额\n通话费,{billed}\n")),
            period: Some("2024-10".to_owned()),
            ..Request::default()
        };
        let mut sources = SourceMap::default();
        let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()));
        let audit = audit.map_err(|found| TestCaseError::fail(format!("{:?}", found.sorted())))?;
        prop_assert!(audit.calls.iter().flat_map(|c| &c.files).all(|file| file.balances()));
        prop_assert_eq!(audit.bridge.billed.decimal().normalize(), billed.normalize());
        // Two clauses are two lines, each rounded once.
        let difference = (audit.bridge.expected.decimal() - expected).abs();
        prop_assert!(difference <= Decimal::new(1, 2), "{difference}");
    }
}
