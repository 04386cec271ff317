//! The report in a terminal. The only user of the table layout, which also wraps plain text:
//! it knows how wide Chinese characters are.

use std::cell::RefCell;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{
    Cell as Shown, CellAlignment, ContentArrangement, LineStyle, Table as Layout, TableStyle,
    presets,
};

use crate::checks::{Evidence, Level, Part, find};
use crate::report::words::{Words, each, grouped, money, share, signed};
use crate::report::{Block, Cell, Report, Sentence, Table, Told};

/// Rows of a long table that are shown.
const SHOWN: usize = 10;

/// Calls of one finding that are shown; JSON has some more.
const CALLS_SHOWN: usize = 3;

/// Tables that repeat for programs what is said in sentences.
const FOR_PROGRAMS: [&str; 2] = ["findings", "unchecked"];

const RULED: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));
const TITLE: Style = Style::new().bold();

/// Writes a report, at most `width` columns wide.
///
/// # Errors
/// What the writer says.
pub fn write_table(
    report: &Report,
    words: &Words<'_>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let page = Page { words, width, told: RefCell::default() };
    for (index, section) in report.sections.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let title = words.catalog.get(&format!("section.{}", section.id)).to_owned();
        writeln!(out, "{TITLE}{title}{TITLE:#}")?;
        let mut list = Vec::new();
        for block in &section.blocks {
            match block {
                Block::Table(table)
                    if FOR_PROGRAMS.contains(&table.id) || table.rows.is_empty() => {}
                block => list.push(block),
            }
        }
        for (at, block) in list.into_iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            page.block(block, out)?;
        }
    }
    Ok(())
}

struct Page<'p> {
    words: &'p Words<'p>,
    width: u16,
    /// Checks whose innocent reasons and questions have been told.
    told: RefCell<Vec<&'static str>>,
}

impl Page<'_> {
    fn block(&self, block: &Block, out: &mut dyn Write) -> io::Result<()> {
        match block {
            Block::Pairs(pairs) => self.pairs(pairs, out),
            Block::Table(table) => self.table(table, out),
            Block::Says(sentence) => {
                let text = self.words.says(&sentence.key, &sentence.facts);
                self.wrapped("", &text, out)
            }
            Block::List(sentences) => self.list(sentences, out),
            Block::Finding(told) => self.finding(told, out),
        }
    }

    fn layout(&self, style: TableStyle) -> Layout {
        let mut layout = Layout::new();
        layout
            .load_style(style)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.width);
        layout
    }

    fn print(layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
        layout.lines().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
    }

    fn pairs(&self, pairs: &[(&'static str, Cell)], out: &mut dyn Write) -> io::Result<()> {
        let mut layout = self.layout(presets::NOTHING);
        for (name, cell) in pairs {
            let name = self.words.catalog.get(&format!("pair.{name}")).to_owned();
            layout.add_row([Shown::new_owned(name), self.shown(cell)]);
        }
        // Figures stand under each other; texts do not.
        if let Some(column) = layout.column_mut(0) {
            column.set_padding((0, 2));
        }
        Self::print(&layout, out)
    }

    fn table(&self, table: &Table, out: &mut dyn Write) -> io::Result<()> {
        let mut layout = self.layout(RULED);
        let head = |(index, name): (usize, &&str)| {
            let text = self.words.catalog.get(&format!("column.{name}")).to_owned();
            let numeric = table.rows.first().is_some_and(|row| is_figure(&row[index]));
            Shown::new_owned(text).set_alignment(aligned(numeric))
        };
        layout.set_header(table.columns.iter().enumerate().map(head).collect::<Vec<_>>());
        let (shown, hidden) = if table.rows.len() > SHOWN + 2 && !table.totalled {
            (SHOWN, table.rows.len() - SHOWN)
        } else {
            (table.rows.len(), 0)
        };
        for row in &table.rows[..shown] {
            layout.add_row(row.iter().map(|cell| self.shown(cell)).collect::<Vec<_>>());
        }
        for (index, column) in layout.column_iter_mut().enumerate() {
            column.set_padding((if index == 0 { 0 } else { 2 }, 0));
        }
        Self::print(&layout, out)?;
        if hidden > 0 {
            let hidden = grouped(&hidden.to_string());
            let values = [("count", hidden.as_str()), ("table", table.id)];
            writeln!(out, "{}", self.words.catalog.fill("more-rows", &values))?;
        }
        Ok(())
    }

    fn shown(&self, cell: &Cell) -> Shown {
        Shown::new_owned(self.text(cell)).set_alignment(aligned(is_figure(cell)))
    }

    fn text(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Money(amount) => money(*amount),
            Cell::Signed(amount) => signed(*amount),
            Cell::Count(count) => grouped(&count.to_string()),
            Cell::Seconds(seconds) => self.words.fact(&crate::reconcile::Fact::Seconds(*seconds)),
            Cell::Share(parts, whole) => share(*parts, *whole).unwrap_or_else(|| "–".to_owned()),
            Cell::Each(amount, number) => each(*amount, *number).map_or("–".to_owned(), money),
            // A digest is shown by its beginning; JSON and CSV have it whole.
            Cell::Text(text) if text.len() == 64 && !text.contains(' ') => {
                format!("{}…", &text[..12])
            }
            Cell::Text(text) => text.clone(),
            Cell::Word(key, facts) => self.words.says(key, facts),
            Cell::Code(code) => (*code).to_owned(),
            Cell::Role(role) => {
                self.words.catalog.find(&format!("role.{role}")).unwrap_or(role).to_owned()
            }
            Cell::Title(code) => self.words.title(code),
            Cell::Row(at) => self.words.locus(*at),
            Cell::Person(text) => self.words.person(text),
            Cell::Agent(name) => self.words.agent(name),
            Cell::Fact(fact) => self.words.fact(fact),
        }
    }

    /// Text after a mark, wrapped under itself.
    fn wrapped(&self, mark: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut layout = self.layout(presets::NOTHING);
        layout.add_row([mark, text]);
        if let Some(column) = layout.column_mut(0) {
            column.set_padding((0, u16::from(!mark.is_empty())));
        }
        if let Some(column) = layout.column_mut(1) {
            column.set_padding((0, 0));
        }
        Self::print(&layout, out)
    }

    fn list(&self, sentences: &[Sentence], out: &mut dyn Write) -> io::Result<()> {
        for sentence in sentences {
            let mut text = self.words.says(&sentence.key, &sentence.facts);
            if let Some(amount) = sentence.amount.filter(|amount| !amount.is_zero()) {
                let values = [("says", text.as_str()), ("amount", &signed(amount))];
                text = self.words.catalog.fill("says-amount", &values);
            }
            if let Some(paper) = &sentence.then {
                let paper = self.words.catalog.get(paper);
                let settled = self.words.catalog.fill("settled-by", &[("paper", paper)]);
                let values = [("says", text.as_str()), ("settled", settled.as_str())];
                text = self.words.catalog.fill("then", &values);
            }
            self.wrapped("•", &text, out)?;
        }
        Ok(())
    }

    fn finding(&self, told: &Told, out: &mut dyn Write) -> io::Result<()> {
        let words = self.words;
        let catalog = words.catalog;
        let Some(check) = find(told.code) else { return Ok(()) };
        let page = check.page();
        let language = words.language();
        let color = match told.level {
            Level::Error => AnsiColor::Red,
            Level::Warning => AnsiColor::Yellow,
            Level::Info | Level::Allow => AnsiColor::Cyan,
        };
        let style = Style::new().bold().fg_color(Some(color.into()));
        let amount = if told.claimed { signed(told.amount.point) } else { String::new() };
        let title = page.title(language);
        writeln!(out, "{style}{}. {title}{style:#}  {TITLE}{amount}{TITLE:#}", told.number)?;
        let severity = catalog.get(severity_key(told.level));
        let grade = catalog.find(&format!("grade.{}", told.grade.word())).unwrap_or_default();
        let mut facts = vec![told.code.to_owned(), severity.to_owned(), grade.to_owned()];
        facts.extend(self.range(told));
        self.wrapped("  ", &facts.join(" · "), out)?;
        self.wrapped("  ", &words.finding(&page, &told.facts), out)?;
        // A check that speaks of several clauses says the rest once.
        if !self.told.borrow().contains(&told.code) {
            self.told.borrow_mut().push(told.code);
            for part in [Part::Innocent, Part::Ask] {
                let heading = language.of(part.heading());
                let colon = language.of([": ", "："]);
                let text = format!("{heading}{colon}{}", page.part(part, language));
                self.wrapped("  ", &text, out)?;
            }
        }
        let (calls, others): (Vec<_>, Vec<_>) =
            told.evidence.iter().partition(|one| matches!(one, Evidence::Call { .. }));
        let shown = others.into_iter().chain(calls.into_iter().take(CALLS_SHOWN));
        shown.into_iter().try_for_each(|one| self.wrapped("  ›", &words.evidence(one), out))
    }

    /// What is at stake without being claimed, or what is certain of a claim.
    fn range(&self, told: &Told) -> Option<String> {
        let range = told.amount;
        let (min, max) = (money(range.min), money(range.max));
        // "Proved, at least nothing" would contradict itself.
        if told.claimed && range.min.is_zero() && !range.point.is_zero() {
            return Some(self.words.catalog.get("or-nothing").to_owned());
        }
        let values = [("min", min.as_str()), ("max", max.as_str())];
        if !told.claimed {
            let any = !range.max.is_zero() || !range.min.is_zero();
            return any.then(|| self.words.catalog.fill("at-stake", &values));
        }
        (range.min != range.point).then(|| self.words.catalog.fill("at-least", &values))
    }
}

fn severity_key(level: Level) -> &'static str {
    match level {
        Level::Error => "severity.error",
        Level::Warning => "severity.warning",
        Level::Info => "severity.info",
        Level::Allow => "severity.allow",
    }
}

fn aligned(figure: bool) -> CellAlignment {
    if figure { CellAlignment::Right } else { CellAlignment::Left }
}

fn is_figure(cell: &Cell) -> bool {
    matches!(
        cell,
        Cell::Money(_)
            | Cell::Signed(_)
            | Cell::Count(_)
            | Cell::Seconds(_)
            | Cell::Share(..)
            | Cell::Each(..)
    )
}
