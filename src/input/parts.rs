//! What an input holds: the tables and texts in it, found by content, never by a name's ending.
//!
//! A plain file is one part. A workbook has a part for each sheet, an archive one for each member,
//! and what is compressed or in an archive may be a workbook in turn. Each part is a stream of text
//! that can be cut into lines; a table has become CSV, and its row numbers are its line numbers.

use std::io::{self, Read};

use super::archive::{Archive, Closed};
use super::compound::LARGEST;
use super::decode::{Charset, Encoding, decode_line, mark, sniff};
use super::digest::{Digest, Hashed, Progress, Watch};
use super::kind::{Kind, other_document};
use super::limit::{bound, too_much};
use super::made::{Made, Markup, old_sheets, open_document_sheets, sheets};
use super::ods;
use super::open::{InputFile, failure};
use super::recode::Form;
use super::store::{Kept, Packing, Store, Stream, peek};
use super::xls::{OldWorkbook, Opened};
use super::xlsx::Workbook;
use crate::source::Diagnostic;

/// Containers within containers.
const DEEPEST: usize = 4;

/// A text or a table in an input.
pub struct Part {
    /// The input's name, and the part's own behind `::` if the input holds several.
    pub name: String,
    /// What it is in, from outside to inside: `zip`, `gzip`, `xlsx`, `UTF-16LE` and the like.
    pub containers: Vec<&'static str>,
    /// It was no text, and has become CSV with commas and double quotes.
    pub is_table: bool,
    /// The first line of its text is no line of the file: it names the columns, which stand with
    /// every record.
    pub headed: bool,
    /// SHA-256 of the whole input as it lies on disk.
    pub digest: Digest,
    /// SHA-256 of the part, if it is not the whole input.
    own_digest: Option<Digest>,
    store: Store,
    form: Form,
    watch: Watch,
}

/// A part, or what can't be one.
pub enum Found {
    /// A part that can be looked at.
    Part(Box<Part>),
    /// What is in the input too, by name, and why it is not looked at.
    Unread(String, Box<Diagnostic>),
}

impl Part {
    /// Opens it: UTF-8 or GB18030, lines with line feeds. The first time the digests are made and
    /// the progress told.
    ///
    /// # Errors
    /// What the disk says.
    pub fn open(&self, first: bool) -> io::Result<Box<dyn Read + Send>> {
        let mut stream = self.store.open(first.then_some(&self.watch))?;
        if let (true, Some(digest)) = (first, &self.own_digest) {
            let watch = Watch::new(digest.clone(), Progress::default());
            stream = Box::new(Hashed::new(stream, watch));
        }
        Ok(self.form.plain(stream))
    }

    /// True if it can be opened more than once.
    #[must_use]
    pub fn opens_again(&self) -> bool {
        self.store.again()
    }

    /// Keeps the text of a stream in a temporary file, so that it can be opened again.
    ///
    /// # Errors
    /// What the stream or the disk says.
    pub fn keep(&mut self, text: &mut dyn Read) -> io::Result<()> {
        self.store = Store::Kept(Kept::of(text)?);
        self.form = Form::Plain;
        Ok(())
    }

    /// SHA-256 of what is read, once it has been read to its end: equal for equal parts.
    #[must_use]
    pub fn content(&self) -> Option<String> {
        self.own_digest.as_ref().unwrap_or(&self.digest).get()
    }

    /// The innermost container.
    #[must_use]
    pub fn container(&self) -> Option<&'static str> {
        self.containers.last().copied()
    }
}

impl InputFile {
    /// Everything in it.
    ///
    /// # Errors
    /// A diagnostic if it can't be opened, or is damaged, or locked, or no container that is read.
    pub fn parts(&self, progress: &Progress) -> Result<Vec<Found>, Box<Diagnostic>> {
        self.parts_in(None, progress)
    }

    /// Everything in it; texts are in this encoding.
    ///
    /// # Errors
    /// As for [`Self::parts`].
    pub fn parts_in(
        &self,
        told: Option<Charset>,
        progress: &Progress,
    ) -> Result<Vec<Found>, Box<Diagnostic>> {
        if let Some(why) = self.odd() {
            return Ok(vec![Found::Unread(self.name.clone(), Box::new(why))]);
        }
        let digest = Digest::default();
        let watch = Watch::new(digest.clone(), progress.clone());
        let name = self.file_name();
        let store = self.store(&watch).map_err(|why| broken(name, None, 0, &why))?;
        let mut looking = Looking { found: Vec::new(), digest, watch, hashed: false, told };
        looking.look(name, store, &[], true)?;
        let Some(wanted) = self.wanted() else { return Ok(looking.found) };
        let (chosen, others): (Vec<Found>, Vec<Found>) =
            looking.found.into_iter().partition(|found| found.name() == wanted);
        if chosen.is_empty() {
            let names: Vec<&str> = others.iter().map(Found::name).collect();
            return Err(Box::new(failure("part-unknown", wanted).with("known", names.join(", "))));
        }
        Ok(chosen)
    }
}

impl Found {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Part(part) => &part.name,
            Self::Unread(name, _) => name,
        }
    }
}

/// Going through an input.
struct Looking {
    found: Vec<Found>,
    digest: Digest,
    watch: Watch,
    /// The whole input has been hashed, because its parts are not the whole.
    hashed: bool,
    /// How texts are encoded, if the user says it.
    told: Option<Charset>,
}

type Looked = Result<(), Box<Diagnostic>>;

impl Looking {
    /// Looks at one stream and into it. `whole` is true as long as nothing but the whole input came
    /// by.
    fn look(&mut self, name: &str, store: Store, within: &[&'static str], whole: bool) -> Looked {
        let innermost = within.last().copied();
        let failed = |why: io::Error| broken(name, innermost, 0, &why);
        let (store, head) = peek(store).map_err(failed)?;
        let inside = |container| [within, &[container]].concat();
        if within.len() >= DEEPEST {
            return Err(Box::new(failure("file-nested", name).with("limit", DEEPEST)));
        }
        match Kind::of(&head) {
            Kind::Packed(packing) => {
                let container = if packing == Packing::Gzip { "gzip" } else { "zstd" };
                let unpacked = Store::Packed(store.into(), packing);
                self.look(name, unpacked, &inside(container), whole)
            }
            Kind::Zip => self.zip(name, store, within),
            Kind::Parquet => self.parquet(name, store, within),
            Kind::Compound => self.old_workbook(name, store, within),
            Kind::Refused(code, kind) => Err(Box::new(failure(code, name).with("kind", kind))),
            Kind::Text => self.text(name, store, &head, within, whole),
        }
    }

    /// A text, or a table that is written as one.
    fn text(
        &mut self,
        name: &str,
        store: Store,
        head: &[u8],
        within: &[&'static str],
        whole: bool,
    ) -> Looked {
        let form = self.told.map_or_else(|| Form::of(head), |told| Form::told(told, head));
        let mut plain = Vec::new();
        let cursor: Stream = Box::new(io::Cursor::new(head.to_vec()));
        // Reading from memory does not fail.
        let _ = form.plain(cursor).read_to_end(&mut plain);
        let encoding = sniff(&plain).unwrap_or(Encoding::Utf8);
        let (text, _) = decode_line(&plain[mark(&plain)..], encoding);
        let containers = match form.name() {
            Some(form) => [within, &[form]].concat(),
            None => within.to_vec(),
        };
        let Some(markup) = Markup::of(&text) else {
            self.found.push(Found::Part(Box::new(Part {
                name: name.to_owned(),
                containers,
                is_table: false,
                headed: false,
                digest: self.digest.clone(),
                own_digest: (!whole).then(Digest::default),
                store,
                form,
                watch: self.watch.clone(),
            })));
            return Ok(());
        };
        let store = self.hash(name, store)?;
        let open = || store.open(None).map(|stream| form.plain(stream));
        let tables = markup.tables(&open, encoding, &text);
        let tables = tables.map_err(|why| unreadable(name, markup.name(), &why))?;
        self.tables(name, tables, &[&containers[..], &[markup.name()]].concat());
        Ok(())
    }

    /// Tables that were made.
    fn tables(&mut self, name: &str, tables: Vec<Made>, containers: &[&'static str]) {
        for made in tables {
            let own = if made.own.is_empty() { "" } else { "::" };
            let name = format!("{name}{own}{}", made.own);
            if made.full == 0 {
                let why = Box::new(failure("file-empty", &name));
                self.found.push(Found::Unread(name, why));
                continue;
            }
            self.found.push(Found::Part(Box::new(Part {
                name,
                containers: containers.to_vec(),
                is_table: true,
                headed: made.headed,
                digest: self.digest.clone(),
                own_digest: Some(Digest::default()),
                store: Store::Kept(made.kept),
                form: Form::Plain,
                watch: Watch::default(),
            })));
        }
    }

    /// Members of an archive, or sheets of a workbook.
    fn zip(&mut self, name: &str, store: Store, within: &[&'static str]) -> Looked {
        let store = self.hash(name, store)?;
        let archive = Archive::open(&store).map_err(|why| unreadable(name, "ZIP", &why))?;
        if let Some(main) = Workbook::main(&archive) {
            let tables = sheets(&archive, &main).map_err(|why| unreadable(name, "xlsx", &why))?;
            self.tables(name, tables, &[within, &["xlsx"]].concat());
            return Ok(());
        }
        if let Some(kind) = ods::kind(&archive) {
            return self.open_document(name, &archive, &kind, within);
        }
        if let Some((code, kind)) = other_document(&archive) {
            return Err(Box::new(failure(code, name).with("kind", kind)));
        }
        let containers = [within, &["zip"]].concat();
        for entry in archive.entries {
            let member = format!("{name}::{}", entry.name);
            match entry.store {
                _ if is_hidden(&entry.name) => {}
                Err(Closed::Password) => {
                    return Err(Box::new(failure("file-password", &member)));
                }
                Err(Closed::Method(method)) => {
                    return Err(Box::new(failure("zip-method", &member).with("method", method)));
                }
                Ok(store) => match self.look(&member, store, &containers, false) {
                    Err(why) if matches!(why.code, "file-pdf" | "file-document") => {
                        self.found.push(Found::Unread(member, why));
                    }
                    other => other?,
                },
            }
        }
        Ok(())
    }

    /// Sheets of an OpenDocument spreadsheet; other documents are not looked into.
    fn open_document(
        &mut self,
        name: &str,
        archive: &Archive,
        kind: &str,
        within: &[&'static str],
    ) -> Looked {
        if ods::is_locked(archive) {
            return Err(Box::new(failure("file-password", name)));
        }
        if kind != "spreadsheet" {
            let kind = format!("OpenDocument ({kind})");
            return Err(Box::new(failure("file-document", name).with("kind", kind)));
        }
        let tables = open_document_sheets(archive).map_err(|why| unreadable(name, "ods", &why))?;
        self.tables(name, tables, &[within, &["ods"]].concat());
        Ok(())
    }

    #[cfg(feature = "parquet")]
    fn parquet(&mut self, name: &str, store: Store, within: &[&'static str]) -> Looked {
        let store = self.hash(name, store)?;
        let tables = store.file().and_then(super::made::parquet_table);
        let tables = tables.map_err(|why| unreadable(name, "Parquet", &why))?;
        self.tables(name, tables, &[within, &["Parquet"]].concat());
        Ok(())
    }

    /// It asks for many crates that few need.
    #[cfg(not(feature = "parquet"))]
    fn parquet(&mut self, name: &str, _: Store, _: &[&'static str]) -> Looked {
        Err(Box::new(failure("file-parquet", name)))
    }

    /// Sheets of a workbook of Excel 97 to 2003.
    fn old_workbook(&mut self, name: &str, store: Store, within: &[&'static str]) -> Looked {
        let store = self.hash(name, store)?;
        let wrong = |why: io::Error| unreadable(name, "xls", &why);
        let mut bytes = Vec::new();
        let stream = store.open(None).map_err(wrong)?;
        let read = stream.take(LARGEST + 1).read_to_end(&mut bytes).map_err(wrong)?;
        if u64::try_from(read).unwrap_or(u64::MAX) > LARGEST {
            return Err(wrong(too_much("compound", LARGEST)));
        }
        match OldWorkbook::open(&bytes).map_err(wrong)? {
            Opened::Workbook(book) => {
                let tables = old_sheets(&book).map_err(wrong)?;
                self.tables(name, tables, &[within, &["xls"]].concat());
                Ok(())
            }
            Opened::Locked => Err(Box::new(failure("file-password", name))),
            Opened::Other(kind) => Err(Box::new(failure("file-xls", name).with("kind", kind))),
        }
    }

    /// Hashes the whole input, since its parts will not be it; a stream is kept on the way.
    fn hash(&mut self, name: &str, store: Store) -> Result<Store, Box<Diagnostic>> {
        let failed = |why: io::Error| broken(name, None, 0, &why);
        if std::mem::replace(&mut self.hashed, true) {
            return Ok(store);
        }
        if store.again() {
            let unseen = Watch::new(self.digest.clone(), Progress::default());
            let mut stream = store.open(Some(&unseen)).map_err(failed)?;
            io::copy(&mut stream, &mut io::sink()).map_err(failed)?;
            return Ok(store);
        }
        let kept = store.open(None).and_then(|mut stream| Kept::of(&mut stream));
        kept.map(Store::Kept).map_err(failed)
    }
}

/// What programs leave in archives beside the files.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// A container that is damaged, or holds more than is read.
fn unreadable(path: &str, container: &'static str, why: &io::Error) -> Box<Diagnostic> {
    Box::new(match bound(why) {
        Some(_) => *broken(path, Some(container), 0, why),
        None => failure("file-container", path).with("container", container).with("why", why),
    })
}

/// A stream that broke off after so many bytes of text.
#[must_use]
pub fn broken(
    path: &str,
    container: Option<&'static str>,
    bytes: usize,
    why: &io::Error,
) -> Box<Diagnostic> {
    Box::new(match (bound(why), container) {
        (Some(bound), _) => failure("file-limit", path)
            .with("what", format!("@limit.{}", bound.what))
            .with("limit", bound.limit),
        (None, Some(container)) => failure("file-damaged", path)
            .with("container", container)
            .with("bytes", bytes)
            .with("why", why),
        (None, None) => failure("file-read", path).because(why),
    })
}
