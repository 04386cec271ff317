//! What a discount is taken off, line by line and on its days, and what others have left of it.

use super::dated::{Part, days, part_on};
use super::{BillLine, Usage};
use crate::money::Exact;
use crate::tariff::{ClauseId, DiscountTerms, Plan};
use crate::when::Period;

/// What a discount is taken off.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// Its days of the cycle.
    days: Period,
    /// It is taken by days: of each line that part counts which is of its days.
    pub(super) by_day: bool,
    /// Lines by place, each with what it costs before sums and shares with lines of their own.
    pub(super) lines: Vec<(usize, Exact)>,
    /// That can be told of all lines.
    pub(super) sure: bool,
}

impl Base {
    /// The lines of a discount; `cost` is what a line costs, by its place.
    pub(super) fn of(
        plan: &Plan,
        usage: &Usage<'_>,
        (id, terms): (ClauseId, &DiscountTerms),
        lines: &[BillLine],
        cost: impl Fn(usize) -> Exact,
    ) -> Self {
        let own = days(plan, id, terms, usage.period);
        let mut base = Self {
            days: own.unwrap_or(usage.period),
            by_day: own.is_some(),
            lines: Vec::new(),
            sure: true,
        };
        for (place, line) in lines.iter().enumerate() {
            let of = line.clauses.iter().find(|of| terms.on.contains(of));
            let Some(of) = of else { continue };
            base.sure &= !line.unknown;
            let part = match own {
                None => Part::Of(Exact::ONE),
                Some(days) => part_on(plan, usage, days, (line, *of)),
            };
            match part {
                Part::Of(part) => base.lines.push((place, cost(place).by(part))),
                Part::Calls => {
                    let parts = line.dated.iter().filter(|(of, _)| *of == id);
                    let part: Exact = parts.map(|(_, part)| *part).sum();
                    // With tax, calls bear it as their line does.
                    let taxed = match line.tax {
                        Some(_) => cost(place).share_of(Exact::amount(line.net)),
                        None => Exact::ONE,
                    };
                    base.lines.push((place, part.by(taxed)));
                    base.sure &= !line.undated;
                }
                Part::Unknown => base.sure = false,
            }
        }
        base
    }

    /// All of it.
    pub(super) fn sum(&self) -> Exact {
        self.lines.iter().map(|(_, part)| *part).sum()
    }

    /// What earlier discounts have left of it, never less than nothing in all. Of one that was taken
    /// off the whole cycle, the days here bear their part; days that overlap otherwise tell nothing.
    pub(super) fn left(&self, taken: &[&Taken]) -> Self {
        let mut left = self.clone();
        for (place, part) in &mut left.lines {
            let whole = *part;
            for one in taken {
                let Some((theirs, off)) = one.of_line(*place) else { continue };
                let (mine, days) = (self.days, one.base.days);
                if mine.contains(days.first) && mine.contains(days.last) {
                    *part = *part - off;
                } else if days.contains(mine.first) && days.contains(mine.last) {
                    *part = *part - off.by(whole.share_of(theirs));
                } else if days.first <= mine.last && mine.first <= days.last {
                    left.sure = false;
                }
            }
        }
        left
    }

    /// A sum taken off lines in proportion to them: of each, its part.
    pub(super) fn shared(&self, off: Exact) -> Vec<(usize, Exact)> {
        let bears = || self.lines.iter().filter(|(_, part)| *part > Exact::ZERO);
        let whole: Exact = bears().map(|(_, part)| *part).sum();
        bears().map(|(place, part)| (*place, off.by(part.share_of(whole)))).collect()
    }
}

/// What a discount took off which lines.
pub(super) struct Taken {
    pub(super) id: ClauseId,
    /// A sum or what went above a limit, no share.
    pub(super) sum: bool,
    /// What it was taken off.
    pub(super) base: Base,
    /// What each line bears of it.
    pub(super) off: Vec<(usize, Exact)>,
}

impl Taken {
    /// What it was taken off of a line, and what it took.
    fn of_line(&self, place: usize) -> Option<(Exact, Exact)> {
        let of = |list: &[(usize, Exact)]| {
            list.iter().find(|(line, _)| *line == place).map(|(_, part)| *part)
        };
        Some((of(&self.base.lines)?, of(&self.off)?))
    }
}

/// Marks the lines of a discount that can't be told.
pub(super) fn mark_unknown(lines: &mut [BillLine], terms: &DiscountTerms) {
    let mine = |line: &&mut BillLine| line.clauses.iter().any(|of| terms.on.contains(of));
    lines.iter_mut().filter(mine).for_each(|line| line.unknown = true);
}

/// What discounts with lines of their own took off each line, as their lines print it.
pub(super) fn note_own_lines(lines: &mut [BillLine], taken: &[Taken]) {
    for one in taken {
        let Some(own) = lines.iter().find(|line| line.clauses.contains(&one.id)) else { continue };
        // A line is rounded once, whatever it bears on.
        let printed = Exact::amount(own.net).share_of(own.exact);
        for (place, off) in &one.off {
            lines[*place].off.push((one.id, off.by(printed)));
        }
    }
}
