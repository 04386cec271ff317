//! Totals by usage, ready to be drawn.

use rust_decimal::Decimal;

use super::cross::letter;
use super::{EstimateWords, cents};
use crate::estimate::cross::Cross;
use crate::money::Exact;
use crate::report::words::grouped;

/// A drawing of totals by usage, in neither pixels nor characters.
pub struct Chart {
    /// Title.
    pub title: String,
    /// What lies across.
    pub across: String,
    /// What stands up.
    pub up: String,
    /// What signs mean: crossing, several curves together.
    pub signs: (String, String),
    /// Contracts.
    pub curves: Vec<ChartCurve>,
    /// Crossings: level and total.
    pub marks: Vec<(u64, Decimal)>,
    /// The highest level.
    pub most: u64,
    /// The highest total.
    pub top: Decimal,
    /// Levels with a figure: times the usage, and answered calls.
    pub ticks: Vec<(u64, String, String)>,
    /// Totals with a figure.
    pub steps: Vec<(Decimal, String)>,
}

/// A contract in a drawing.
pub struct ChartCurve {
    /// Its letter.
    pub letter: char,
    /// Its name.
    pub name: String,
    /// Levels in order, with totals.
    pub points: Vec<(u64, Decimal)>,
}

impl EstimateWords<'_> {
    /// The drawing of break-even, if there is anything to draw.
    #[must_use]
    pub fn chart(&self) -> Option<Chart> {
        let cross = self.estimate.cross.as_ref().filter(|cross| cross.most > 0)?;
        let points = |points: &[(u64, Exact)]| {
            points.iter().map(|(level, total)| (*level, cents(*total).decimal())).collect()
        };
        let curves: Vec<ChartCurve> = cross
            .curves
            .iter()
            .map(|line| ChartCurve {
                letter: letter(line.place),
                name: self.name(&self.estimate.offers[line.place]),
                points: points(&line.points),
            })
            .collect();
        let all = curves.iter().flat_map(|curve| &curve.points).map(|(_, total)| *total);
        let highest = all.max().filter(|top| *top > Decimal::ZERO).unwrap_or(Decimal::ONE);
        let step = even_step(highest, 5);
        let steps: Vec<(Decimal, String)> = (0u32..=6)
            .map(|count| step * Decimal::from(count))
            .take_while(|at| *at < highest + step)
            .map(|at| (at, grouped(&at.normalize().to_string())))
            .collect();
        let range = cross.times(cross.most).round(None).decimal();
        let apart = even_step(range, 6);
        let tick = |count: u32| {
            let times = apart * Decimal::from(count);
            let level = times * Decimal::from(cross.calls);
            let level = u64::try_from(level.round_dp(0)).ok()?;
            Some((level, times.normalize().to_string(), grouped(&level.to_string())))
        };
        let ticks = (0..=12).filter_map(tick).take_while(|(level, ..)| *level <= cross.most);
        let head = self.estimate.offers.first().map(|offer| &offer.contract.plan.head);
        let currency = head.map(|head| head.currency.clone()).unwrap_or_default();
        let fill = |key: &str| self.catalog.fill(key, &[("currency", &currency)]);
        Some(Chart {
            title: self.catalog.get("estimate-chart.title").to_owned(),
            across: fill("estimate-chart.across"),
            up: fill("estimate-chart.up"),
            signs: (fill("estimate-chart.crossing"), fill("estimate-chart.together")),
            curves,
            marks: marks(cross),
            most: cross.most,
            top: steps.last().map_or(highest, |(at, _)| *at),
            ticks: ticks.collect(),
            steps,
        })
    }
}

fn marks(cross: &Cross) -> Vec<(u64, Decimal)> {
    cross.crossings.iter().map(|one| (one.level(), cents(one.totals.1).decimal())).collect()
}

/// One, two or five times a power of ten, of which at most so many fit.
fn even_step(range: Decimal, count: u32) -> Decimal {
    let mut step = Decimal::new(1, 6);
    for factor in [2, 5, 10].into_iter().cycle().take(3 * 24) {
        if step * Decimal::from(count) >= range {
            break;
        }
        let power = match factor {
            5 => Decimal::new(25, 1),
            _ => Decimal::TWO,
        };
        step *= power;
    }
    step
}
