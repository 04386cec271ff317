//! The clauses that put lines on a bill.

use rust_decimal::Decimal;

use super::parser::{Parser, patterns, plain};
use super::{
    CallTerms, Clause, ClauseId, CommitmentTerms, Direction, DiscountTerms, FeeChange,
    IncludedUnits, LateTerms, Metering, MinutePool, OneTimeTerms, PackageTerms, PartMonth,
    RecurringPer, RecurringTerms, Reduction, SeatCount, SeatTerms, Step, Terms, Tiers, UsageTerms,
};
use crate::money::Amount;
use crate::source::{Cursor, Diagnostic, Field};
use crate::when::Validity;

impl Parser {
    /// All clauses, in a fixed order: those that others refer to by number come first.
    pub(super) fn clauses(&mut self, root: &Cursor<'_>, metering: Option<Metering>) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = Vec::new();
        let calls = root.tables("call");
        let packages = root.tables("package");
        let prices_calls =
            !calls.is_empty() || packages.iter().any(|package| package.has("overage"));
        if prices_calls && !root.has("metering") {
            let at = calls.first().or(packages.first()).map_or(root.span(), Cursor::span);
            self.found.push(Diagnostic::error("metering-missing", at));
        }
        for table in &calls {
            let id = self.next_id();
            let terms = metering.and_then(|metering| self.call(table, metering, id));
            self.add(&mut clauses, table, "call", terms.map(Terms::Call));
        }
        for table in root.tables("seat") {
            let id = self.next_id();
            let terms = self.seat(&table, id).map(Terms::Seat);
            self.add(&mut clauses, &table, "seat", terms);
        }
        for table in root.tables("recurring") {
            let id = self.next_id();
            let terms = self.recurring(&table, id).map(Terms::Recurring);
            self.add(&mut clauses, &table, "recurring", terms);
        }
        for table in root.tables("usage") {
            let terms = self.usage(&table).map(Terms::Usage);
            self.add(&mut clauses, &table, "usage", terms);
        }
        for table in root.tables("one_time") {
            let terms = one_time(&table).map(Terms::OneTime);
            self.add(&mut clauses, &table, "one_time", terms);
        }
        for table in &packages {
            let id = self.next_id();
            let terms = self.package(table, id).map(Terms::Package);
            let zones: Vec<_> = match &terms {
                Some(Terms::Package(terms)) => {
                    terms.pools.iter().flat_map(|pool| pool.zones.clone()).collect()
                }
                _ => Vec::new(),
            };
            self.add(&mut clauses, table, "package", terms);
            if let (Some(overage), Some(metering)) = (table.table("overage"), metering) {
                let clause = self.overage(table, &overage, metering, zones, id);
                self.clauses.extend(clause.iter().map(|call| ("call", call.name.clone())));
                clauses.extend(clause);
            }
        }
        for table in root.tables("discount") {
            let terms = self.discount(&table).map(Terms::Discount);
            self.add(&mut clauses, &table, "discount", terms);
        }
        if let Some(table) = root.table("commitment") {
            let id = self.next_id();
            let terms = self.commitment(&table, id).map(Terms::Commitment);
            self.add(&mut clauses, &table, "commitment", terms);
        }
        if let Some(table) = root.table("late") {
            let id = self.next_id();
            let terms = self.late(&table, id).map(Terms::Late);
            self.add(&mut clauses, &table, "late", terms);
        }
        clauses
    }

    fn add(
        &mut self,
        clauses: &mut Vec<Clause>,
        table: &Cursor<'_>,
        kind: &'static str,
        terms: Option<Terms>,
    ) {
        let Some(terms) = terms else {
            let name = table.key("name").and_then(|_| table.text("name"));
            self.refused.push((kind, name.map(|name| name.value).unwrap_or_default()));
            return;
        };
        // Commitment and late charge are single and need no name of their own.
        let name = match &terms {
            Terms::Commitment(_) => Field { value: "commitment".to_owned(), span: table.span() },
            Terms::Late(_) => Field { value: "late".to_owned(), span: table.span() },
            _ => match table.text("name") {
                Some(name) => name,
                None => return,
            },
        };
        let one_time_or_late =
            matches!(terms, Terms::OneTime(_) | Terms::Late(_) | Terms::Commitment(_));
        let class = table.text("class");
        self.clauses.push((kind, name.value.clone()));
        clauses.push(Clause {
            name: name.value,
            at: name.span,
            invoice: patterns(table),
            class_at: class.as_ref().map_or(name.span, |class| class.span),
            class: class.map(|class| class.value),
            valid: if one_time_or_late { Validity::default() } else { self.validity(table) },
            trial_until: match terms {
                Terms::Package(_) | Terms::Seat(_) | Terms::Recurring(_) | Terms::Usage(_) => {
                    table.date("trial_until").map(|day| day.value.into())
                }
                _ => None,
            },
            terms,
        });
    }

    fn call(&mut self, table: &Cursor<'_>, contract: Metering, id: ClauseId) -> Option<CallTerms> {
        let mut metering = contract;
        if let Some(pair) = table.seconds_pair("increment") {
            (metering.first, metering.next) = self.increment(pair);
        }
        if let Some(least) = table.seconds("minimum") {
            metering.minimum = least.value;
        }
        let own_free = table.has("free");
        if own_free {
            metering.free = self.free(table, "call.free.how", Some(id));
        }
        let tiers = table.table("tiers").and_then(|tiers| self.tiers(&tiers, id));
        let price = match (table.decimal("price"), &tiers) {
            (Some(price), None) => price,
            (None, Some(tiers)) => {
                Field { value: tiers.steps.first()?.price, span: table.place("tiers") }
            }
            (Some(price), Some(_)) => {
                let other = table.place("tiers");
                self.found.push(Diagnostic::error("price-and-tiers", price.span).and(other));
                return None;
            }
            (None, None) => {
                if !table.has("price") && !table.has("tiers") {
                    self.found.push(Diagnostic::error("price-missing", table.span()));
                }
                return None;
            }
        };
        let directions = match table.choice("direction").map(|word| word.value) {
            None | Some("outbound") => vec![Direction::Outbound],
            Some("inbound") => vec![Direction::Inbound],
            Some("internal") => vec![Direction::Internal],
            Some(_) => Direction::ALL.to_vec(),
        };
        Some(CallTerms {
            zones: self.zone_ids(table, "zone"),
            directions,
            periods: self.period_ids(table),
            price: price.value,
            per: self.per(table)?,
            connect: plain(table, "connect"),
            attempt: plain(table, "attempt"),
            metering,
            own_free,
            tiers,
            overage_of: None,
            price_at: price.span,
        })
    }

    fn per(&mut self, table: &Cursor<'_>) -> Option<u32> {
        let per = table.seconds("per")?;
        if per.value == 0 {
            self.found.push(Diagnostic::error("per-zero", per.span));
        }
        (per.value > 0).then_some(per.value)
    }

    fn tiers(&mut self, table: &Cursor<'_>, id: ClauseId) -> Option<Tiers> {
        let volume = self.fork(table, "mode", "call.tiers.mode", Some(id)) == "volume";
        let per_number = self.fork(table, "scope", "call.tiers.scope", Some(id)) == "number";
        let mut steps: Vec<Step> = Vec::new();
        let tables = table.tables("steps");
        for (index, step) in tables.iter().enumerate() {
            let price = step.decimal("price")?.value;
            let up_to = step.decimal("up_to");
            let last = index + 1 == tables.len();
            let before = steps.last().and_then(|step| step.up_to);
            match &up_to {
                Some(edge) if before.is_some_and(|before| edge.value <= before) => {
                    self.found.push(Diagnostic::error("tier-order", edge.span));
                }
                Some(edge) if last => {
                    self.found.push(Diagnostic::error("tier-end", edge.span));
                }
                None if !last => self.found.push(Diagnostic::error("tier-open", step.span())),
                _ => {}
            }
            steps.push(Step { up_to: up_to.map(|edge| edge.value), price });
        }
        Some(Tiers { volume, per_number, steps })
    }

    fn seat(&mut self, table: &Cursor<'_>, id: ClauseId) -> Option<SeatTerms> {
        let count = SeatCount::pick(self.fork(table, "count", "seat.count", Some(id)));
        let ordered = table.decimal("ordered");
        if count == SeatCount::Ordered && !table.has("ordered") {
            self.found.push(Diagnostic::error("ordered-missing", table.place("count")));
        }
        if count != SeatCount::Ordered {
            self.unused(table, "ordered", "seat-ordered");
        }
        Some(SeatTerms {
            fee: table.decimal("fee")?.value,
            count,
            ordered: ordered.map(|seats| seats.value),
            minimum: plain(table, "minimum"),
            part_month: PartMonth::pick(self.fork(
                table,
                "part_month",
                "seat.part_month",
                Some(id),
            )),
            notice_days: table.count("notice_days").map_or(0, |days| days.value),
        })
    }

    fn recurring(&mut self, table: &Cursor<'_>, id: ClauseId) -> Option<RecurringTerms> {
        let per = RecurringPer::pick(table.choice("per")?.value);
        if per == RecurringPer::Contract {
            self.unused(table, "of", "recurring-of");
        }
        let ordered = table.decimal("ordered").map(|units| units.value);
        // A fee of the whole contract, or of a fixed number of units, has no units that come and
        // go and are not suspended.
        let counted = per != RecurringPer::Contract && ordered.is_none();
        let mut fork = |name: &'static str, key: &'static str, quiet: &'static str| {
            if counted || table.has(name) { self.fork(table, name, key, Some(id)) } else { quiet }
        };
        let suspended = fork("suspended", "recurring.suspended", "charged");
        // Contract, clause or trial may leave part of a cycle all the same.
        let part_month = if counted || self.in_parts(table).0 || table.has("part_month") {
            self.fork(table, "part_month", "recurring.part_month", Some(id))
        } else {
            "full"
        };
        Some(RecurringTerms {
            fee: table.decimal("fee")?.value,
            per,
            of: table.text("of").map(|name| name.value),
            ordered,
            part_month: PartMonth::pick(part_month),
            suspended_free: suspended == "free",
            notice_days: table.count("notice_days").map_or(0, |days| days.value),
        })
    }

    fn usage(&mut self, table: &Cursor<'_>) -> Option<UsageTerms> {
        let lengths = table.counts("segment");
        let segment = match lengths.as_slice() {
            [] => None,
            [single, part] if part.value <= single.value => Some((single.value, part.value)),
            [first, ..] => {
                self.found.push(Diagnostic::error("segment-pair", first.span));
                None
            }
        };
        let unit = table.choice("unit")?;
        if unit.value == "segment" && !table.has("segment") {
            self.found.push(Diagnostic::error("segment-missing", unit.span));
        }
        if unit.value != "segment" {
            self.unused(table, "segment", "usage-segment");
        }
        Some(UsageTerms {
            price: table.decimal("price")?.value,
            unit: unit.value,
            segment,
            included: plain(table, "included"),
        })
    }

    fn package(&mut self, table: &Cursor<'_>, id: ClauseId) -> Option<PackageTerms> {
        let mut pools = Vec::new();
        let mut units = Vec::new();
        for included in table.tables("includes") {
            let given = ["minutes", "seats", "messages"].map(|key| included.has(key));
            if given.iter().filter(|given| **given).count() != 1 {
                self.found.push(Diagnostic::error("includes-one", included.span()));
                continue;
            }
            self.unused(&included, if given[0] { "of" } else { "zones" }, "includes");
            if let Some(minutes) = included.decimal("minutes") {
                let seconds = minutes.value.checked_mul(Decimal::from(60));
                match seconds.filter(|s| s.fract().is_zero()).and_then(|s| u64::try_from(s).ok()) {
                    Some(seconds) => pools.push(MinutePool {
                        seconds,
                        zones: self.zone_ids(&included, "zones"),
                        at: included.span(),
                    }),
                    None => self.found.push(Diagnostic::error("minutes-whole", minutes.span)),
                }
                continue;
            }
            let (key, kind) = if given[1] { ("seats", "seat") } else { ("messages", "usage") };
            let quantity = included.decimal(key)?.value;
            let of = self.included_clause(&included, kind);
            units.extend(of.map(|of| IncludedUnits { quantity, of }));
        }
        let covers_calls = !pools.is_empty();
        let mut fork = |name: &'static str, key: &'static str, quiet: &'static str| {
            if covers_calls || table.has(name) {
                self.fork(table, name, key, Some(id))
            } else {
                quiet
            }
        };
        let connect = fork("connect", "package.connect", "charged");
        let burn = fork("burn", "package.burn", "billed");
        let scope = fork("scope", "package.scope", "pool");
        // What a part of a cycle costs and includes is asked where there can be one.
        let (fee_in_parts, minutes_in_parts) = self.in_parts(table);
        let part_month = if fee_in_parts || table.has("part_month") {
            self.fork(table, "part_month", "package.part_month", Some(id))
        } else {
            "full"
        };
        let minutes = if (minutes_in_parts && covers_calls) || table.has("part_minutes") {
            self.fork(table, "part_minutes", "package.part_minutes", Some(id))
        } else {
            "full"
        };
        Some(PackageTerms {
            fee: table.decimal("fee")?.value,
            count: table.count("count").map_or(1, |count| count.value),
            pools,
            units,
            connect_covered: connect == "covered",
            burn_talk: burn == "talk",
            per_number: scope == "number",
            part_month: PartMonth::pick(part_month),
            minutes_by_day: minutes == "by-day",
        })
    }

    /// What a whole fee costs where its price changes within a cycle: asked if one does.
    pub(super) fn fee_change(&mut self, table: &Cursor<'_>, clauses: &[Clause]) -> FeeChange {
        let Some((contract, cycle)) = self.dates else { return FeeChange::Last };
        let whole = |clause: &Clause| match &clause.terms {
            Terms::Seat(terms) => {
                terms.count == SeatCount::Peak
                    || (terms.count != SeatCount::Average && terms.part_month == PartMonth::Full)
            }
            Terms::Recurring(terms) => terms.part_month == PartMonth::Full,
            Terms::Package(terms) => terms.part_month == PartMonth::Full,
            Terms::Discount(_) => true,
            _ => false,
        };
        let follows = |before: &Clause, after: &Clause| {
            let (before, after) = (before.valid.and(contract), after.valid.and(contract));
            let (Some(last), Some(first)) = (before.until, after.from) else { return false };
            last < first && cycle.index_of(last) == cycle.index_of(first)
        };
        let fees = || clauses.iter().filter(|clause| whole(clause));
        let arises = fees()
            .any(|after| fees().any(|before| before.name == after.name && follows(before, after)));
        if !arises && !table.has("fee_change") {
            return FeeChange::Last;
        }
        FeeChange::pick(self.fork(table, "fee_change", "contract.fee_change", None))
    }

    /// True if a clause can hold for part of a cycle only, for its fee and for what it includes: a
    /// free trial that ends within a cycle leaves part of the fee due.
    fn in_parts(&self, table: &Cursor<'_>) -> (bool, bool) {
        let day = |table: &Cursor<'_>, key| table.date(key).map(|day| day.value.into());
        let own = table.table("valid").map_or_else(Validity::default, |valid| Validity {
            from: day(&valid, "from"),
            until: day(&valid, "until"),
        });
        let Some((contract, cycle)) = self.dates else { return (false, false) };
        let held = own.and(contract).cuts(cycle);
        let trial = Validity { from: None, until: day(table, "trial_until") };
        (held || trial.cuts(cycle), held)
    }

    fn overage(
        &mut self,
        package: &Cursor<'_>,
        table: &Cursor<'_>,
        metering: Metering,
        zones: Vec<super::ZoneId>,
        of: ClauseId,
    ) -> Option<Clause> {
        let price = table.decimal("price")?;
        let terms = CallTerms {
            zones,
            directions: vec![Direction::Outbound],
            periods: Vec::new(),
            price: price.value,
            per: self.per(table)?,
            connect: plain(table, "connect"),
            attempt: Decimal::ZERO,
            metering,
            own_free: false,
            tiers: None,
            overage_of: Some(of),
            price_at: price.span,
        };
        let named = table.text("name").map(|name| name.value);
        let package_name = package.text("name")?.value;
        let class = table.text("class").or_else(|| package.text("class"));
        Some(Clause {
            name: named.unwrap_or_else(|| format!("{package_name} overage")),
            at: table.span(),
            invoice: patterns(table),
            class_at: class.as_ref().map_or(table.span(), |class| class.span),
            class: class.map(|class| class.value),
            valid: self.validity(package),
            trial_until: None,
            terms: Terms::Call(terms),
        })
    }

    fn discount(&mut self, table: &Cursor<'_>) -> Option<DiscountTerms> {
        let reduction = match (table.percent("percent"), table.decimal("amount")) {
            (Some(share), None) if share.value <= Decimal::ONE => Reduction::Percent(share.value),
            (Some(share), None) => {
                self.found.push(Diagnostic::error("discount-whole", share.span));
                return None;
            }
            (None, Some(sum)) => Reduction::Sum(Amount::new(sum.value)),
            _ => {
                let given = ["percent", "amount"].map(|key| table.has(key));
                if given[0] == given[1] {
                    self.found.push(Diagnostic::error("discount-one", table.span()));
                }
                return None;
            }
        };
        let on = self.clause_list(table, "on", "discount-nothing");
        if let Some(share) = table.percent("percent") {
            self.unusual(table, "percent", share, Decimal::new(5, 1), "help-discount");
        }
        Some(DiscountTerms { reduction, on, own_line: table.has("invoice") })
    }

    fn commitment(&mut self, table: &Cursor<'_>, id: ClauseId) -> Option<CommitmentTerms> {
        let covers = self.clause_list(table, "covers", "covers-nothing");
        let on_top = self.fork(table, "mode", "commitment.mode", Some(id)) == "on-top";
        let after_tax = self.fork(table, "tax", "commitment.tax", Some(id)) == "after";
        Some(CommitmentTerms {
            minimum: Amount::new(table.decimal("minimum")?.value),
            covers,
            on_top,
            after_tax,
        })
    }

    fn late(&mut self, table: &Cursor<'_>, id: ClauseId) -> Option<LateTerms> {
        let grace_days = table.count("grace_days").map_or(0, |days| days.value);
        let from_grace = (grace_days > 0 || table.has("grace_rule"))
            && self.fork(table, "grace_rule", "late.grace_rule", Some(id)) == "from-grace";
        let base = self.fork(table, "base", "late.base", Some(id));
        let per_day = table.percent("per_day")?;
        self.unusual(table, "per_day", per_day, Decimal::new(1, 2), "help-late");
        Some(LateTerms {
            per_day: per_day.value,
            due_days: table.count("due_days").map(|days| days.value),
            grace_days,
            from_grace,
            base_before_tax: base == "unpaid-before-tax",
            cap: table.percent("cap").map(|cap| cap.value),
        })
    }
}

fn one_time(table: &Cursor<'_>) -> Option<OneTimeTerms> {
    Some(OneTimeTerms {
        fee: table.decimal("fee")?.value,
        quantity: table.decimal("quantity").map_or(Decimal::ONE, |count| count.value),
        charged_on: table.date("charged_on")?.value.into(),
    })
}
