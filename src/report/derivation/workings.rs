//! Steps of a line that rests on other lines, on sums paid late or on many calls.

use super::call::exact;
use super::step::{Step, Terms, Value};
use crate::rate::settle::{Figure, Working};
use crate::reconcile::Fact;

/// What was kept while the line was settled, step by step.
pub(super) fn steps(terms: Terms<'_>, workings: &[Working]) -> Vec<Step> {
    let step = |working: &Working| {
        let figures = working.figures.iter();
        let step = figures
            .fold(Step::new(working.step), |step, (name, figure)| step.with(name, fact(figure)));
        let step = match working.comes_to {
            Some(sum) => step.with("amount", exact(sum)).comes_to(Value::Money(sum)),
            None => step,
        };
        step.on(terms.place(working.clause, working.key))
    };
    workings.iter().map(step).collect()
}

fn fact(figure: &Figure) -> Fact {
    match figure {
        Figure::Sum(sum) => exact(*sum),
        Figure::Share(share) => Fact::Percent(*share),
        Figure::Count(count) => Fact::Count(*count),
        Figure::Day(day) => Fact::Day(*day),
        Figure::Line(name) => Fact::Text(name.clone()),
    }
}
