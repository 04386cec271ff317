//! Which invoice lines meet which clauses.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::invoice::{Invoice, InvoiceLine, names};
use crate::tariff::{ClauseId, Plan, Terms};
use crate::text::fold;

/// A line of one of the invoices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineRef {
    /// Index of the invoice.
    pub invoice: usize,
    /// Index of the line.
    pub line: usize,
}

/// How a pair was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matched {
    /// By the clause's `invoice` pattern.
    Pattern,
    /// By the clause's name.
    Name,
    /// By the kind of line, of which the contract has one clause.
    Kind,
}

/// Clauses and lines that speak of the same charge.
#[derive(Clone, Debug, Default)]
pub struct Paired {
    /// Names of bill lines: clauses of one name are one line.
    pub names: Vec<String>,
    /// Invoice lines.
    pub lines: Vec<LineRef>,
    /// The weakest way by which one of them was found.
    pub matched: Option<Matched>,
}

/// All pairs.
#[derive(Clone, Debug, Default)]
pub struct Pairing {
    /// Pairs; those without invoice lines are expected but not billed.
    pub pairs: Vec<Paired>,
    /// Lines that no clause explains.
    pub unmatched: Vec<LineRef>,
    /// Lines that are tax of other lines.
    pub tax: Vec<LineRef>,
}

/// The names of a contract's bill lines with their kind, in contract order.
fn names(plan: &Plan) -> Vec<(&str, &'static str)> {
    let mut names: Vec<(&str, &'static str)> = Vec::new();
    for clause in &plan.clauses {
        if !names.iter().any(|(name, _)| *name == clause.name) {
            names.push((&clause.name, clause.terms.kind()));
        }
    }
    names
}

/// Finds the pairs.
#[must_use]
pub fn pair(plan: &Plan, invoices: &[Invoice]) -> Pairing {
    let names = names(plan);
    let mut pairing = Pairing::default();
    // Groups of names that one invoice line covers together.
    let mut group: Vec<usize> = (0..names.len()).collect();
    let mut found: Vec<(usize, LineRef, Matched)> = Vec::new();
    let mut left: Vec<LineRef> = Vec::new();
    for (at, line) in all_lines(invoices) {
        if is_tax(plan, line) {
            pairing.tax.push(at);
            continue;
        }
        // What prints a total alone bills everything.
        let (meant, matched) = if invoices[at.invoice].totals_only {
            ((0..names.len()).collect(), Matched::Kind)
        } else {
            meant(plan, &names, line)
        };
        match meant.split_first() {
            None => left.push(at),
            Some((first, others)) => {
                others.iter().for_each(|other| join(&mut group, *first, *other));
                found.push((*first, at, matched));
            }
        }
    }
    reversals(&names, invoices, &mut found, &mut left);
    parts(&names, invoices, &mut found, &mut left);
    by_kind(&names, invoices, &mut found, &left, &mut pairing.unmatched);
    join_discounts(plan, &names, &found, &mut group);
    let mut by_group: BTreeMap<usize, Paired> = BTreeMap::new();
    for (index, (name, _)) in names.iter().enumerate() {
        by_group.entry(group[index]).or_default().names.push((*name).to_owned());
    }
    for (index, at, matched) in found {
        let paired = by_group.entry(group[index]).or_default();
        paired.lines.push(at);
        paired.matched = Some(paired.matched.map_or(matched, |known| known.max(matched)));
    }
    pairing.pairs = by_group.into_values().collect();
    pairing.pairs.iter_mut().for_each(|paired| paired.lines.sort_unstable());
    pairing
}

fn all_lines(invoices: &[Invoice]) -> impl Iterator<Item = (LineRef, &InvoiceLine)> {
    invoices.iter().enumerate().flat_map(|(invoice, of)| {
        of.lines.iter().enumerate().map(move |(line, l)| (LineRef { invoice, line }, l))
    })
}

/// The names whose patterns match best, or whose name it is.
fn meant(plan: &Plan, names: &[(&str, &str)], line: &InvoiceLine) -> (Vec<usize>, Matched) {
    let matches = |text: &str, pattern: &crate::tariff::Pattern| pattern.matches(text);
    let weight = |name: &str| -> Option<usize> {
        plan.clauses
            .iter()
            .filter(|clause| clause.name == name)
            .flat_map(|clause| &clause.invoice)
            .filter(|p| matches(&line.name, p) || line.code.as_ref().is_some_and(|c| matches(c, p)))
            .map(crate::tariff::Pattern::weight)
            .max()
    };
    let weights: Vec<Option<usize>> = names.iter().map(|(name, _)| weight(name)).collect();
    if let Some(best) = weights.iter().flatten().max() {
        let of_best = weights.iter().enumerate().filter(|(_, weight)| **weight == Some(*best));
        return (of_best.map(|(index, _)| index).collect(), Matched::Pattern);
    }
    let folded = fold(&line.name);
    let same = names.iter().position(|(name, _)| fold(name) == folded);
    // The longest name of which the line's is a finer one.
    let finer = || {
        let all = names.iter().enumerate().map(|(index, (name, _))| (index, fold(name)));
        let meant = all.filter(|(_, name)| is_finer(&folded, name));
        meant.max_by_key(|(_, name)| name.len()).map(|(index, _)| index)
    };
    (same.or_else(finer).into_iter().collect(), Matched::Name)
}

/// True if a name adds to another one no more than which number, seat, days or part of the month:
/// `坐席费(8001)`, `号码月租 057187123400`, `通话费(上半月)`.
fn is_finer(name: &str, general: &str) -> bool {
    const DAYS: [&str; 10] =
        ["上半月", "下半月", "上旬", "中旬", "下旬", "本月", "当月", "本期", "足月", "不足月"];
    let rest = match (name.strip_prefix(general), name.strip_suffix(general)) {
        (Some(rest), _) | (None, Some(rest)) if !general.is_empty() => rest,
        _ => return false,
    };
    let rest = rest.trim_matches(['(', ')', '[', ']', '-', '_', '#', ':', '：', ',', '、', '*']);
    let marks = |c: char| "年月日号至起止~-_./#:,*".contains(c);
    let has_digit = rest.chars().any(|c| c.is_ascii_digit());
    let of_digits = rest.chars().all(|c| c.is_ascii_alphanumeric() || marks(c));
    DAYS.contains(&rest) || (has_digit && of_digits)
}

/// True if a name says that it takes back a charge of another name: `系统服务费冲减`.
#[must_use]
pub fn takes_back(name: &str, charge: &str) -> bool {
    const WORDS: [&str; 16] = [
        "冲减", "冲销", "冲红", "红冲", "红字", "冲正", "退费", "退款", "退还", "退", "减免",
        "调减", "reversal", "credit", "refund", "reversed",
    ];
    let (name, charge) = (fold(name), fold(charge));
    let rest = (!charge.is_empty()).then(|| name.split_once(charge.as_str())).flatten();
    rest.is_some_and(|(before, after)| {
        WORDS.iter().any(|word| before.contains(word) || after.contains(word))
    })
}

/// Credits that take back exactly one line of a clause belong to it, whatever they are called.
fn reversals(
    names: &[(&str, &'static str)],
    invoices: &[Invoice],
    found: &mut Vec<(usize, LineRef, Matched)>,
    left: &mut Vec<LineRef>,
) {
    let line = |at: &LineRef| &invoices[at.invoice].lines[at.line];
    let amount = |at: &LineRef| line(at).amount.or(line(at).gross).map(|printed| printed.value);
    left.retain(|credit| {
        let Some(taken) = amount(credit).filter(|taken| taken.is_negative()) else { return true };
        let charge = found.iter().find(|(index, at, _)| {
            let named = [names[*index].0, line(at).name.as_str()];
            let is_it = named.into_iter().any(|charge| takes_back(&line(credit).name, charge));
            is_it && amount(at) == Some(-taken)
        });
        match charge.map(|(index, _, _)| *index) {
            Some(index) => found.push((index, *credit, Matched::Name)),
            None => return true,
        }
        false
    });
}

/// Lines that together are one clause of their kind, under finer names: 市话通话费 and 长途通话费
/// where the contract has 通话费 alone, and the bill shows it nowhere else.
fn parts(
    names: &[(&str, &'static str)],
    invoices: &[Invoice],
    found: &mut Vec<(usize, LineRef, Matched)>,
    left: &mut Vec<LineRef>,
) {
    let free = |found: &[(usize, LineRef, Matched)], index: usize| {
        !found.iter().any(|(taken, _, _)| *taken == index)
    };
    for (index, (name, kind)) in names.iter().enumerate() {
        let only = names.iter().filter(|(_, other)| other == kind).count() == 1;
        if !only || !free(found, index) {
            continue;
        }
        let name = fold(name);
        let line = |at: &LineRef| &invoices[at.invoice].lines[at.line];
        let is_part = |at: &LineRef| {
            let says_otherwise = kind_of(line(at)).is_some_and(|other| other != *kind);
            is_charge_of(&fold(&line(at).name), &name) && !says_otherwise
        };
        found.extend(left.iter().filter(|at| is_part(at)).map(|at| (index, *at, Matched::Kind)));
        left.retain(|at| !is_part(at));
    }
}

/// True if a name ends in another one, or adds behind it no more than that it is a charge:
/// 市话通话费, 短信费. What else is added makes it a charge of its own: 短信平台维护费.
fn is_charge_of(name: &str, general: &str) -> bool {
    const CHARGE: [&str; 21] = [
        "",
        "费",
        "费用",
        "服务费",
        "使用费",
        "通信费",
        "业务费",
        "资费",
        "租费",
        "租用费",
        "月租",
        "月租费",
        "月费",
        "功能费",
        "金额",
        "合计",
        "小计",
        "fee",
        "fees",
        "charge",
        "charges",
    ];
    let behind = (!general.is_empty()).then(|| name.rsplit_once(general)).flatten();
    let bare = |rest: &str| CHARGE.contains(&rest.trim_matches(['(', ')', '[', ']', '-', ':']));
    behind.is_some_and(|(_, rest)| bare(rest)) || is_finer(name, general)
}

/// A line of a kind of which the contract has one name, and the invoice one line.
fn by_kind(
    names: &[(&str, &'static str)],
    invoices: &[Invoice],
    found: &mut Vec<(usize, LineRef, Matched)>,
    left: &[LineRef],
    unmatched: &mut Vec<LineRef>,
) {
    let line = |at: &LineRef| &invoices[at.invoice].lines[at.line];
    let kind_at = |at: &LineRef| kind_of(line(at));
    // One name for several accounts or numbers is one charge.
    let of_one_charge = |kind: Option<&'static str>, kinds: &[Option<&'static str>]| {
        let of_kind = || left.iter().zip(kinds).filter(|(_, other)| **other == kind);
        let names: BTreeSet<String> = of_kind().map(|(at, _)| fold(&line(at).name)).collect();
        let objects: BTreeSet<&String> =
            of_kind().filter_map(|(at, _)| line(at).object.as_ref()).collect();
        let lines = of_kind().count();
        lines == 1 || (names.len() == 1 && objects.len() == lines)
    };
    let before: Vec<usize> = found.iter().map(|(index, _, _)| *index).collect();
    let kinds: Vec<Option<&'static str>> = left.iter().map(kind_at).collect();
    let mut single: BTreeMap<Option<&'static str>, bool> = BTreeMap::new();
    for (at, kind) in left.iter().zip(&kinds) {
        let candidates: Vec<usize> = names
            .iter()
            .enumerate()
            .filter(|(index, (_, of))| Some(*of) == *kind && !before.contains(index))
            .filter(|(_, (name, _))| !is_other_charge(&invoices[at.invoice].lines[at.line], name))
            .map(|(index, _)| index)
            .collect();
        let only_line = *single.entry(*kind).or_insert_with(|| of_one_charge(*kind, &kinds));
        match candidates.as_slice() {
            [only] if only_line => found.push((*only, *at, Matched::Kind)),
            _ => unmatched.push(*at),
        }
    }
}

/// True if only the name tells the kind of a line, and it is that of a clause with more behind it.
fn is_other_charge(line: &InvoiceLine, clause: &str) -> bool {
    let (name, clause) = (fold(&line.name), fold(clause));
    line.kind.is_none() && name.contains(&clause) && !is_charge_of(&name, &clause)
}

/// The kind an invoice line says it is, or that its name plainly tells.
#[must_use]
pub fn kind_of(line: &InvoiceLine) -> Option<&'static str> {
    const WORDS: [(&str, &[&str]); 10] = [
        ("late", &["滞纳金", "违约金", "latecharge", "latefee"]),
        ("commitment", &["保底", "低消", "最低消费", "minimumcommitment", "shortfall"]),
        ("discount", &["优惠", "折扣", "减免", "discount", "rebate"]),
        ("surcharge", &["附加费", "surcharge"]),
        ("package", &["套餐", "package", "bundle"]),
        ("seat", &["坐席", "座席", "席位", "seat"]),
        ("one_time", &["开户费", "安装费", "实施费", "初装费", "setup"]),
        ("usage", &["短信", "sms", "语音信箱", "voicemail", "录音存储", "storage"]),
        ("call", &["通话费", "通话", "话费", "长途", "市话", "calls", "voice"]),
        ("recurring", &["月租", "系统服务费", "线路费", "rental", "monthlyfee"]),
    ];
    let stated = line.kind.as_deref().map(fold);
    if let Some(stated) = stated
        && let Some((kind, _)) = WORDS.iter().find(|(kind, _)| fold(kind) == stated)
    {
        return Some(kind);
    }
    let name = fold(&line.name);
    WORDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| name.contains(word)))
        .map(|(kind, _)| *kind)
}

/// A discount that the lines should contain, but that is printed as a line of its own, is compared
/// together with them.
fn join_discounts(
    plan: &Plan,
    names: &[(&str, &str)],
    found: &[(usize, LineRef, Matched)],
    group: &mut [usize],
) {
    let place = |wanted: &str| names.iter().position(|(name, _)| *name == wanted);
    for clause in &plan.clauses {
        let Terms::Discount(terms) = &clause.terms else { continue };
        let in_lines = terms.in_lines();
        let printed = place(&clause.name)
            .filter(|at| in_lines && found.iter().any(|(index, _, _)| index == at));
        let Some(printed) = printed else { continue };
        let covered = terms.on.iter().filter_map(|id| place(&plan.clause(*id).name));
        covered.for_each(|at| join(group, at, printed));
    }
}

fn is_tax(plan: &Plan, line: &InvoiceLine) -> bool {
    let by_contract = plan
        .tax
        .as_ref()
        .is_some_and(|tax| tax.invoice.iter().any(|pattern| pattern.matches(&line.name)));
    by_contract
        || names::is_tax(&line.name)
        || line.kind.as_deref().map(fold).as_deref() == Some("tax")
}

fn join(group: &mut [usize], a: usize, b: usize) {
    let (a, b) = (group[a], group[b]);
    let (to, from) = (a.min(b), a.max(b));
    group.iter_mut().filter(|of| **of == from).for_each(|of| *of = to);
}

impl Pairing {
    /// Printed quantities, by clause: where a bill line has one clause and its invoice lines print
    /// quantities.
    #[must_use]
    pub fn given(&self, plan: &Plan, invoices: &[Invoice]) -> BTreeMap<ClauseId, Decimal> {
        let mut given = BTreeMap::new();
        for paired in &self.pairs {
            let clauses: Vec<ClauseId> = plan
                .clauses_with_ids()
                .filter(|(_, clause)| paired.names.contains(&clause.name))
                .filter(|(_, clause)| !matches!(clause.terms, Terms::Discount(_)))
                .map(|(id, _)| id)
                .collect();
            let line = |at: &LineRef| &invoices[at.invoice].lines[at.line];
            // A line that bills the same object once more does not make it two.
            let mut seen = BTreeSet::new();
            let once: Vec<&LineRef> = paired
                .lines
                .iter()
                .filter(|at| line(at).sameness().is_none_or(|same| seen.insert(same)))
                .collect();
            let quantities: Option<Vec<Decimal>> =
                once.iter().map(|at| line(at).quantity.map(|q| q.value)).collect();
            if let ([only], Some(quantities), false) =
                (clauses.as_slice(), quantities, paired.lines.is_empty())
            {
                given.insert(*only, quantities.into_iter().sum());
            }
        }
        given
    }
}
