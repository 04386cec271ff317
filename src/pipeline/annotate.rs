//! The worker of `rate`: each line comes out as it went in, with what the call should cost.

use std::collections::BTreeMap;
use std::io::Write;

use super::collect::Rules;
use super::run::Work;
use crate::cdr::{Call, LineReader, RejectKind, Row};
use crate::input::{Block, EXCERPT, Line, Lines, cut_encoding, cuttable, encode_text};
use crate::money::Fixed;
use crate::rate::keys::of_both;
use crate::rate::{Compiled, Meter, Rated, Unpriced};
use crate::tariff::{Legs, Plan};

/// Heads of the columns that are added.
pub const COLUMNS: [&str; 4] =
    ["telbill_billed", "telbill_charge", "telbill_clause", "telbill_remark"];

/// What came of one block.
#[derive(Debug, Default)]
pub struct Annotated {
    /// Lines to be written.
    pub bytes: Vec<u8>,
    /// Physical lines.
    pub lines: u64,
    /// Lines that are calls.
    pub records: u64,
    /// Calls that no clause prices.
    pub unpriced: u64,
    /// Lines that are no calls, by kind.
    pub rejected: BTreeMap<RejectKind, u64>,
}

/// One worker.
pub struct Annotator<'r> {
    rules: Rules<'r>,
    meter: Meter<'r>,
    readers: Vec<Option<(Lines, LineReader<'r>)>>,
    /// Names of clauses by file, encoded and quoted as that file is.
    names: Vec<Vec<Vec<u8>>>,
}

impl<'r> Annotator<'r> {
    /// A worker.
    #[must_use]
    pub fn new(plan: &Plan, rules: Rules<'r>) -> Self {
        let names = rules
            .files
            .iter()
            .map(|(layout, encoding)| {
                let encoding = cut_encoding(layout.delimiter, *encoding);
                let name = |clause: &crate::tariff::Clause| {
                    encode_text(&quoted(&clause.name, layout.delimiter, layout.quote), encoding)
                };
                plan.clauses.iter().map(name).collect()
            })
            .collect();
        Self {
            meter: Meter::new(rules.compiled),
            readers: rules.files.iter().map(|_| None).collect(),
            names,
            rules,
        }
    }
}

/// Billed seconds and charge with what is of later cycles.
fn with_later(
    meter: &mut Meter<'_>,
    mut sum: (u32, Fixed),
    legs: [Option<(Call<'_>, &Rated)>; 2],
) -> (u32, Fixed) {
    for (call, rated) in legs.into_iter().flatten().filter(|(_, rated)| rated.ends_in.is_some()) {
        for (_, later) in meter.later(&call, rated) {
            sum.0 = sum.0.saturating_add(later.billed);
            sum.1 = sum.1.plus(later.charge).unwrap_or(sum.1);
        }
    }
    sum
}

/// The leg to the caller, where the record holds both and each is due.
fn leg_due(compiled: &Compiled, meter: &mut Meter<'_>, call: &Call<'_>) -> Option<Rated> {
    let leg = call.to_caller()?;
    (compiled.legs() == Some(Legs::Each)).then(|| meter.rate(&leg))
}

/// A field in quotes, if the delimiter or a quote is in it.
fn quoted(text: &str, delimiter: u8, quote: Option<u8>) -> String {
    let (delimiter, quote) = (char::from(delimiter), quote.map(char::from));
    match quote {
        Some(quote) if text.contains([delimiter, quote]) => {
            let doubled = text.replace(quote, &format!("{quote}{quote}"));
            format!("{quote}{doubled}{quote}")
        }
        Some(_) => text.to_owned(),
        None => text.replace(delimiter, " "),
    }
}

impl Work for Annotator<'_> {
    type Out = Annotated;

    fn block(&mut self, block: &Block) -> Annotated {
        let file = block.file as usize;
        let (layout, encoding) = &self.rules.files[file];
        let mut out = Annotated::default();
        let delimiter = layout.delimiter;
        let remark = |bytes: &mut Vec<u8>, text: &[u8], code: &str, end: &[u8]| {
            bytes.extend_from_slice(text);
            bytes.extend_from_slice(&[delimiter; 4]);
            bytes.extend_from_slice(code.as_bytes());
            bytes.extend_from_slice(end);
        };
        if block.too_long.is_some() {
            out.lines = 1;
            *out.rejected.entry(RejectKind::TooLong).or_default() += 1;
            let text = &block.text()[..block.text().len().min(EXCERPT)];
            remark(&mut out.bytes, text, RejectKind::TooLong.code(), b"\n");
            return out;
        }
        let (mut lines, mut reader) = self.readers[file].take().unwrap_or_else(|| {
            (
                Lines::new(layout.delimiter, layout.quote, layout.fields),
                LineReader::new(layout, *encoding, self.rules.zone, self.rules.subsecond),
            )
        });
        let bytes = cuttable(block.text(), layout.delimiter, *encoding);
        out.bytes.reserve(bytes.len() + bytes.len() / 2);
        let names = &self.names[file];
        lines.each(&bytes, |line, number| {
            out.lines += 1;
            let end = line_end(&bytes, &line);
            if line.text.is_empty() || reader.is_blank(&line) {
                out.bytes.extend_from_slice(line.text);
                out.bytes.extend_from_slice(end);
                return;
            }
            match reader.read(&line, Row { block: block.number, line: number }) {
                Ok(call) => {
                    out.records += 1;
                    let rated = self.meter.rate(&call);
                    let leg = leg_due(self.rules.compiled, &mut self.meter, &call);
                    match unpriced(&rated).or(leg.as_ref().and_then(unpriced)) {
                        Some(code) => {
                            out.unpriced += 1;
                            remark(&mut out.bytes, line.text, code, end);
                        }
                        None => {
                            let clause =
                                rated.rule.ok().map(|id| self.rules.compiled.rule(id).clause);
                            let name = clause.map(|id| names[id.index()].as_slice());
                            let both = match &leg {
                                Some(leg) => of_both(self.rules.compiled, &rated, leg),
                                None => (rated.billed, rated.charge),
                            };
                            let legs = [Some((call, &rated)), call.to_caller().zip(leg.as_ref())];
                            let (billed, charge) = with_later(&mut self.meter, both, legs);
                            out.bytes.extend_from_slice(line.text);
                            // Writing to memory cannot fail.
                            let _ = write!(
                                out.bytes,
                                "{d}{}{d}{}{d}",
                                billed,
                                charge.amount(),
                                d = char::from(delimiter)
                            );
                            out.bytes.extend_from_slice(name.unwrap_or_default());
                            out.bytes.push(delimiter);
                            out.bytes.extend_from_slice(end);
                        }
                    }
                }
                Err(reject) => {
                    *out.rejected.entry(reject.kind).or_default() += 1;
                    remark(&mut out.bytes, line.text, reject.kind.code(), end);
                }
            }
        });
        self.readers[file] = Some((lines, reader));
        out
    }

    fn lines(out: &Annotated) -> u64 {
        out.lines
    }
}

/// The line's own end, or a plain one for the last line of a file that has none.
fn line_end<'b>(block: &'b [u8], line: &Line<'_>) -> &'b [u8] {
    let rest = &block[(line.start as usize + line.text.len()).min(block.len())..];
    if rest.starts_with(b"\r\n") { b"\r\n" } else { b"\n" }
}

fn unpriced(rated: &Rated) -> Option<&'static str> {
    match rated.rule {
        Err(Unpriced::NoClause) => Some("no-clause"),
        Err(Unpriced::NoNumber) => Some("no-number"),
        Err(Unpriced::NoCalendar) => Some("no-calendar"),
        Ok(_) if !rated.in_contract => Some("outside-contract"),
        Ok(_) => None,
    }
}
