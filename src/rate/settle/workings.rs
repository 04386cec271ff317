//! How a line that rests on other lines, on sums paid late or on many calls comes to what it costs:
//! kept as it is settled, for whoever asks why.

use rust_decimal::Decimal;

use super::BillLine;
use super::surcharges::{Due, Judged};
use super::taken::Base;
use crate::money::{Amount, Exact};
use crate::rate::settle::{Overdue, late_base, late_charge, late_days};
use crate::tariff::{
    ClauseId, DiscountTerms, LateTerms, PercentOf, Plan, Reduction, SurchargeFee, SurchargeTerms,
    Trigger,
};
use crate::when::Day;

/// One step towards what a line costs before it is rounded.
#[derive(Clone, Debug)]
pub struct Working {
    /// What is done: the name of a sentence.
    pub step: &'static str,
    /// The clause that says so.
    pub clause: ClauseId,
    /// The key of the clause.
    pub key: &'static str,
    /// Values of the sentence.
    pub figures: Vec<(&'static str, Figure)>,
    /// What it comes to, if that is money.
    pub comes_to: Option<Exact>,
    /// It is part of the line's sum, instead of leading to one that is.
    pub adds: bool,
}

/// A value of a working.
#[derive(Clone, Debug)]
pub enum Figure {
    /// Money, or a quantity.
    Sum(Exact),
    /// 0.06 for 6 %.
    Share(Decimal),
    /// How many.
    Count(u64),
    /// A day.
    Day(Day),
    /// A line of the bill.
    Line(String),
}

impl From<Exact> for Figure {
    fn from(sum: Exact) -> Self {
        Self::Sum(sum)
    }
}

impl From<Amount> for Figure {
    fn from(sum: Amount) -> Self {
        Self::Sum(Exact::amount(sum))
    }
}

impl From<u64> for Figure {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<Day> for Figure {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl Working {
    pub(super) fn new(step: &'static str, clause: ClauseId, key: &'static str) -> Self {
        Self { step, clause, key, figures: Vec::new(), comes_to: None, adds: false }
    }

    pub(super) fn with(mut self, name: &'static str, figure: impl Into<Figure>) -> Self {
        self.figures.push((name, figure.into()));
        self
    }

    /// What it comes to, on the way to the line's sum.
    pub(super) fn leading_to(mut self, sum: Exact) -> Self {
        self.comes_to = Some(sum);
        self
    }

    /// What it adds to the line.
    pub(super) fn adding(mut self, sum: Exact) -> Self {
        (self.comes_to, self.adds) = (Some(sum), true);
        self
    }
}

/// What workings add up to.
#[must_use]
pub fn sum_of(workings: &[Working]) -> Exact {
    workings.iter().filter(|one| one.adds).filter_map(|one| one.comes_to).sum()
}

/// Which calls a surcharge is due for, and what it comes to.
pub(super) fn of_surcharge(id: ClauseId, terms: &SurchargeTerms, due: &Due) -> Vec<Working> {
    let (over, within): (Vec<&Judged>, Vec<&Judged>) = due.judged.iter().partition(|one| one.over);
    let count = |calls: usize| u64::try_from(calls).unwrap_or(u64::MAX);
    let mut workings = Vec::new();
    if matches!(terms.trigger, Trigger::Frequency(_)) {
        let numbers = Working::new("judged-numbers", id, "calls");
        let numbers = numbers.with("count", count(due.judged.len()));
        workings.push(numbers.with("over", count(over.len())));
    } else {
        for judged in over {
            let step = if judged.day.is_some() { "judged-day" } else { "judged-cycle" };
            let working = Working::new(step, id, "trigger");
            let working = judged.day.into_iter().fold(working, |one, day| one.with("day", day));
            let working = working.with("offending", judged.offending);
            workings.push(working.with("counted", judged.counted));
        }
        if !within.is_empty() {
            let step = if terms.by_day { "judged-days-within" } else { "judged-cycle-within" };
            let working = Working::new(step, id, "trigger").with("days", count(within.len()));
            let calls = |of: fn(&Judged) -> u64| within.iter().map(|one| of(one)).sum::<u64>();
            let working = working.with("offending", calls(|one| one.offending));
            workings.push(working.with("counted", calls(|one| one.counted)));
        }
    }
    workings.push(match terms.fee {
        SurchargeFee::Call(fee) => Working::new("surcharge-fee", id, "fee")
            .with("calls", due.calls)
            .with("fee", Exact::decimal(fee))
            .adding(due.amount),
        SurchargeFee::Percent(share) => Working::new("surcharge-share", id, "percent")
            .with("calls", due.calls)
            .with("base", due.charge)
            .with("share", Figure::Share(share))
            .adding(due.amount),
    });
    workings
}

/// One sum paid late.
pub(super) fn of_late(id: ClauseId, terms: &LateTerms, overdue: &Overdue) -> Vec<Working> {
    let base = Exact::amount(late_base(terms, overdue));
    let days = late_days(terms, overdue);
    let share = Decimal::from(days) * terms.per_day;
    let capped = terms.cap.filter(|cap| *cap < share);
    let mut workings = vec![
        Working::new("late-base", id, "base")
            .with("amount_due", overdue.amount)
            .with("before_tax", overdue.before_tax.unwrap_or(overdue.amount))
            .with("exempt", overdue.exempt)
            .leading_to(base),
        Working::new("late-days", id, "due_days")
            .with("due", overdue.due)
            .with("paid", overdue.paid)
            .with("grace", u64::from(terms.grace_days))
            .with("days", u64::from(days)),
    ];
    if let Some(cap) = capped {
        let working = Working::new("late-cap", id, "cap").with("share", Figure::Share(share));
        workings.push(working.with("cap", Figure::Share(cap)));
    }
    workings.push(
        Working::new("late-charge", id, "per_day")
            .with("base", base)
            .with("days", u64::from(days))
            .with("per_day", Figure::Share(terms.per_day))
            .with("share", Figure::Share(capped.unwrap_or(share)))
            .adding(late_charge(terms, overdue)),
    );
    workings
}

/// What discounts that prices contain take off a line.
pub(super) fn of_prices(
    plan: &Plan,
    discounts: &[ClauseId],
    before: Exact,
    off: Exact,
) -> Option<Working> {
    let names: Vec<&str> = discounts.iter().map(|id| plan.clause(*id).name.as_str()).collect();
    let working = Working::new("discount-in-price", *discounts.first()?, "percent")
        .with("discount", Figure::Line(names.join(", ")));
    Some(working.with("before", before).adding(-off))
}

/// A line's part of a discount that is spread over several.
pub(super) fn of_part(
    plan: &Plan,
    id: ClauseId,
    whole: Exact,
    before: Exact,
    off: Exact,
) -> Working {
    Working::new("discount-within", id, "on")
        .with("discount", Figure::Line(plan.clause(id).name.clone()))
        .with("whole", whole)
        .with("before", before)
        .adding(-off)
}

/// A discount with a line of its own; `held` is its sum or its limit by its days.
pub(super) fn of_discount(
    (id, terms): (ClauseId, &DiscountTerms),
    lines: &[BillLine],
    (base, left): (&Base, &Base),
    held: Option<Exact>,
    off: Exact,
) -> Vec<Working> {
    let working = |step, key| Working::new(step, id, key);
    let mut workings = Vec::new();
    let (whole, rest) = (base.sum(), left.sum().at_least(Exact::ZERO));
    if terms.most_called.is_none() {
        for (place, part) in &base.lines {
            let line = &lines[*place];
            let of = working("taken-off", "on").with("line", Figure::Line(line.name.clone()));
            workings.push(of.with("cost", line.net).leading_to(*part));
        }
    }
    let of_rest = match terms.reduction {
        Reduction::Percent(_) => terms.percent_of != PercentOf::Lines,
        Reduction::Sum(_) | Reduction::Above(_) => true,
    };
    if of_rest && whole != rest {
        workings.push(working("earlier-off", "on").with("before", whole).leading_to(rest));
    }
    match (terms.reduction, held) {
        (Reduction::Percent(share), _) => {
            let basis = match terms.most_called {
                Some(_) if !share.is_zero() => off.over(share),
                _ if of_rest => rest,
                _ => whole,
            };
            let all = basis.times(share);
            let taken = working("discount-share", "percent").with("base", basis);
            let taken = taken.with("share", Figure::Share(share));
            if all == off {
                workings.push(taken.adding(-off));
            } else {
                workings.push(taken.leading_to(all));
                workings.push(working("discount-part", "valid").with("before", all).adding(-off));
            }
        }
        (Reduction::Sum(sum), Some(held)) => {
            let sum = Exact::amount(sum);
            if held != sum {
                workings
                    .push(working("discount-part", "valid").with("before", sum).leading_to(held));
            }
            let taken = working("discount-sum", "amount").with("sum", held).with("left", rest);
            workings.push(taken.adding(-off));
        }
        (_, held) => {
            let limit = held.unwrap_or_default();
            let above = working("discount-limit", "above").with("limit", limit).with("left", rest);
            workings.push(above.adding(-off));
        }
    }
    workings
}
