//! Totals by usage, drawn: in plain characters for a terminal, and as an SVG file.

use std::io::{self, Write};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::page::beside;
use crate::report::Chart;

/// Rows of a drawing in a terminal.
const ROWS: usize = 17;

/// Draws in plain characters, at most 80 columns wide: a letter a contract.
pub(super) fn draw(chart: &Chart, width: u16, out: &mut dyn Write) -> io::Result<()> {
    let label = chart.steps.iter().map(|(_, text)| text.len()).max().unwrap_or(0);
    let columns = usize::from(width.min(80)).saturating_sub(label + 3).max(20);
    let mut cells = vec![vec![' '; columns]; ROWS];
    let across = |level: u64| position(level.into(), chart.most.into(), columns - 1);
    let row = |total: Decimal| ROWS - 1 - position(total, chart.top, ROWS - 1);
    for curve in &chart.curves {
        let total = |column| total_at(&curve.points, chart.most, column, columns - 1);
        let totals = (0..columns).filter_map(|column| Some((column, total(column)?)));
        for (column, total) in totals {
            let cell = &mut cells[row(total)][column];
            *cell = if *cell == ' ' { curve.letter } else { '*' };
        }
    }
    for (level, total) in &chart.marks {
        cells[row(*total)][across(*level)] = '+';
    }
    writeln!(out, "{}", chart.up)?;
    for (index, line) in cells.iter().enumerate() {
        let figure = chart.steps.iter().find(|(total, _)| row(*total) == index);
        let figure = figure.map_or("", |(_, text)| text.as_str());
        let line: String = line.iter().collect();
        writeln!(out, "{}", format!("{figure:>label$} |{line}").trim_end())?;
    }
    writeln!(out, "{:>label$} +{}", "", "-".repeat(columns))?;
    for figures in [
        |tick: &(u64, String, String)| tick.1.clone(),
        |tick: &(u64, String, String)| tick.2.clone(),
    ] {
        let mut line = String::new();
        for tick in &chart.ticks {
            let text = figures(tick);
            let middle = label + 2 + across(tick.0);
            let from = middle.saturating_sub(text.len() / 2).min(label + 2 + columns - text.len());
            // A figure without room is left out.
            if line.is_empty() || from > line.len() {
                line = format!("{line:<from$}{text}");
            }
        }
        writeln!(out, "{line}")?;
    }
    beside("", &chart.across, width, out)?;
    for curve in &chart.curves {
        beside(&curve.letter.to_string(), &curve.name, width, out)?;
    }
    if !chart.marks.is_empty() {
        beside("+", &chart.signs.0, width, out)?;
    }
    if cells.iter().flatten().any(|cell| *cell == '*') {
        beside("*", &chart.signs.1, width, out)?;
    }
    Ok(())
}

/// Where a figure lies among so many steps of a range.
fn position(figure: Decimal, range: Decimal, steps: usize) -> usize {
    if range.is_zero() {
        return 0;
    }
    let place = (figure * Decimal::from(steps) / range).round_dp(0);
    place.to_usize().unwrap_or(0).min(steps)
}

/// The total in a column, on the straight line between the points beside it.
fn total_at(points: &[(u64, Decimal)], most: u64, column: usize, last: usize) -> Option<Decimal> {
    let level = Decimal::from(most) * Decimal::from(column) / Decimal::from(last.max(1));
    let after = points.iter().position(|(at, _)| Decimal::from(*at) >= level)?;
    let (to, upper) = points[after];
    let Some((from, lower)) = after.checked_sub(1).map(|before| points[before]) else {
        return Some(upper);
    };
    let share = (level - Decimal::from(from)) / Decimal::from(to - from);
    Some(lower + (upper - lower) * share)
}

/// Width, height and margins (left, right, above, below) of the field of a file, in pixels.
const SIZE: (usize, usize) = (640, 360);
const MARGIN: (usize, usize, usize, usize) = (96, 40, 56, 84);

/// Colours that are told apart with most eyes (Okabe and Ito 2008), each with its own dashes.
const COLOURS: [&str; 7] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
const DASHES: [&str; 4] = ["none", "8 4", "2 3", "10 3 2 3"];

/// Writes the drawing as a file of its own: no script, no font, nothing from elsewhere.
///
/// # Errors
/// What the writer says.
pub fn write_svg(chart: &Chart, out: &mut dyn Write) -> io::Result<()> {
    let (left, right, above, below) = MARGIN;
    let (wide, high) = (left + SIZE.0 + right, above + SIZE.1 + below + 20 * chart.curves.len());
    let x = |level: u64| left + position(level.into(), chart.most.into(), SIZE.0);
    let y = |total: Decimal| above + SIZE.1 - position(total, chart.top, SIZE.1);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{wide}\" height=\"{high}\" \
         viewBox=\"0 0 {wide} {high}\" font-family=\"sans-serif\" font-size=\"12\">"
    )?;
    writeln!(out, "<title>{}</title>", escaped(&chart.title))?;
    writeln!(out, "<rect width=\"{wide}\" height=\"{high}\" fill=\"#ffffff\"/>")?;
    let mut text = |class: &str, (x, y): (usize, usize), anchor: &str, says: &str| {
        let says = escaped(says);
        writeln!(
            out,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{says}</text>"
        )
    };
    let bottom = above + SIZE.1;
    text("title", (left, 20), "start", &chart.title)?;
    text("up", (left, above - 14), "start", &chart.up)?;
    text("across", (left + SIZE.0, bottom + 52), "end", &chart.across)?;
    for (total, figure) in &chart.steps {
        text("step", (left - 8, y(*total) + 4), "end", figure)?;
    }
    for (level, times, calls) in &chart.ticks {
        text("tick", (x(*level), bottom + 18), "middle", times)?;
        text("tick", (x(*level), bottom + 34), "middle", calls)?;
    }
    let legend = |index: usize| bottom + 76 + 20 * index;
    for (index, curve) in chart.curves.iter().enumerate() {
        let says = format!("{} {}", curve.letter, curve.name);
        text("legend", (left + 44, legend(index)), "start", &says)?;
        if let Some((level, total)) = curve.points.last() {
            text("letter", (x(*level) + 8, y(*total) + 4), "start", &curve.letter.to_string())?;
        }
    }
    let (from, to) = (left, left + SIZE.0);
    for (total, _) in &chart.steps {
        let y = y(*total);
        writeln!(out, "<path d=\"M{from} {y}H{to}\" stroke=\"#dddddd\"/>")?;
    }
    for (level, ..) in &chart.ticks {
        let x = x(*level);
        writeln!(out, "<path d=\"M{x} {bottom}v5\" stroke=\"#333333\"/>")?;
    }
    writeln!(out, "<path d=\"M{from} {above}V{bottom}H{to}\" stroke=\"#333333\" fill=\"none\"/>")?;
    for (index, curve) in chart.curves.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let dashes = DASHES[index % DASHES.len()];
        let style = format!("stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"");
        let points: Vec<String> = curve
            .points
            .iter()
            .map(|(level, total)| format!("{},{}", x(*level), y(*total)))
            .collect();
        writeln!(
            out,
            "<polyline class=\"curve\" fill=\"none\" {style} points=\"{}\"/>",
            points.join(" ")
        )?;
        let y = legend(index) - 4;
        writeln!(out, "<path d=\"M{from} {y}h36\" {style}/>")?;
    }
    for (level, total) in &chart.marks {
        let (x, y) = (x(*level), y(*total));
        writeln!(
            out,
            "<circle class=\"crossing\" cx=\"{x}\" cy=\"{y}\" r=\"5\" fill=\"none\" \
             stroke=\"#000000\" stroke-width=\"2\"><title>{level}</title></circle>"
        )?;
    }
    writeln!(out, "</svg>")
}

/// Text that stands in XML: signs of the language as entities, and no control characters, which it
/// can't hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => {
                escaped.push(' ');
            }
            sign => escaped.push(sign),
        }
    }
    escaped
}
