//! Blocks → workers → ordered fold.

use std::collections::BTreeMap;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::files::CallFile;
use crate::cdr::Row;
use crate::input::{Block, Blocks};
use crate::source::{Diagnostic, Locus};

/// What a worker does with a block.
pub trait Work: Send {
    /// What comes out of one block, to be folded in order.
    type Out: Send;

    /// Works on a block.
    fn block(&mut self, block: &Block) -> Self::Out;

    /// Physical lines of the block whose result this is.
    fn lines(out: &Self::Out) -> u64;

    /// What can be done once all blocks are read, while other workers do theirs.
    fn end(&mut self) {}
}

/// Which line of which file each block begins with.
#[derive(Clone, Debug, Default)]
pub struct RowMap {
    /// By block: file, first line.
    blocks: Vec<(u32, u64)>,
}

impl RowMap {
    /// The row on a line, if it lies in some block; it may lie beyond the file's last line.
    #[must_use]
    pub fn row(&self, at: Locus) -> Option<Row> {
        let begun = |(file, first): &(u32, u64)| (*file, *first) <= (at.file, at.line);
        let index = self.blocks.partition_point(begun).checked_sub(1)?;
        let (file, first) = self.blocks[index];
        let line = u32::try_from(at.line.checked_sub(first)?).ok()?;
        let block = u32::try_from(index).ok()?;
        (file == at.file).then_some(Row { block, line })
    }

    /// Where a row stands.
    #[must_use]
    pub fn locus(&self, row: Row) -> Locus {
        let (file, first) = self.blocks.get(row.block as usize).copied().unwrap_or_default();
        Locus { file, line: first + u64::from(row.line) }
    }
}

/// The files as one stream of blocks, numbered; one worker at a time reads from it.
struct Source<'f> {
    files: &'f mut [CallFile],
    block_size: usize,
    /// Files opened so far, and the open one.
    opened: usize,
    blocks: Option<Blocks<Box<dyn Read + Send>>>,
    /// Bytes of text read from the open file.
    text: usize,
    number: u32,
}

/// What the workers share. The fold takes none of these locks: a worker that waits for a permit
/// holds one, and it is the fold that gives permits back.
struct Shared<'f> {
    source: Mutex<Source<'f>>,
    /// One permit for each block that may be under way.
    permits: Mutex<Receiver<()>>,
    /// The fold has seen enough.
    stop: AtomicBool,
}

/// A block, and what came of it: its result, or the panic it caused.
type Worked<T> = Result<(u32, u32, std::thread::Result<T>), Box<Diagnostic>>;

/// Reads all files through the workers. `fold` sees each block's result in file order, with the
/// file and the number of the block's first line, and says whether to read on. Returns the workers
/// and where each block began.
///
/// Each worker reads a block while the others work, then works on it itself: what was read is
/// still in that core's cache, and with as many workers as cores none of them idles.
///
/// # Errors
/// The first file that could not be read to its end.
pub fn run<W: Work>(
    files: &mut [CallFile],
    block_size: usize,
    workers: Vec<W>,
    mut fold: impl FnMut(u32, u64, W::Out) -> bool,
) -> Result<(Vec<W>, RowMap), Box<Diagnostic>> {
    // Results wait for their turn; so many blocks may be ahead of the one that is folded next.
    let ahead = 2 * workers.len() + 2;
    let (permit, permits) = sync_channel::<()>(ahead);
    for _ in 0..ahead {
        permit.send(()).expect("the channel was made for this many permits");
    }
    let header_lines: Vec<u64> = files.iter().map(CallFile::lines_above).collect();
    let source = Source { files, block_size, opened: 0, blocks: None, text: 0, number: 0 };
    let shared = Shared {
        source: Mutex::new(source),
        permits: Mutex::new(permits),
        stop: AtomicBool::new(false),
    };
    let (to_fold, results) = channel::<Worked<W::Out>>();
    let shared = &shared;
    // The channels are moved in, so that a panic closes them and no thread waits for ever.
    std::thread::scope(move |scope| {
        let handles: Vec<_> = workers
            .into_iter()
            .map(|worker| {
                let to_fold = to_fold.clone();
                scope.spawn(move || work(worker, shared, &to_fold))
            })
            .collect();
        drop(to_fold);
        let mut map = RowMap::default();
        let mut next_line = None::<(u32, u64)>;
        let mut waiting: BTreeMap<u32, (u32, W::Out)> = BTreeMap::new();
        let mut failure = None;
        let mut enough = false;
        for worked in results {
            let (number, file, out) = match worked {
                Ok(worked) => worked,
                Err(diagnostic) => {
                    failure = Some(diagnostic);
                    continue;
                }
            };
            waiting.insert(number, (file, out.unwrap_or_else(|panic| resume_unwind(panic))));
            while let Some((file, out)) =
                waiting.remove(&u32::try_from(map.blocks.len()).unwrap_or(u32::MAX))
            {
                let first = match next_line {
                    Some((last_file, line)) if last_file == file => line,
                    _ => header_lines[file as usize] + 1,
                };
                map.blocks.push((file, first));
                next_line = Some((file, first + W::lines(&out)));
                if !enough && !fold(file, first, out) {
                    enough = true;
                    shared.stop.store(true, Ordering::Release);
                }
                // Nobody needs the permit if all blocks are read.
                let _ = permit.try_send(());
            }
        }
        let workers = handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect();
        match failure {
            Some(diagnostic) => Err(diagnostic),
            None => Ok((workers, map)),
        }
    })
}

fn work<W: Work>(mut worker: W, shared: &Shared<'_>, to_fold: &Sender<Worked<W::Out>>) -> W {
    let mut buffer = Vec::new();
    loop {
        let read = shared.next_block(std::mem::take(&mut buffer));
        let worked = match read {
            Ok(None) => {
                worker.end();
                return worker;
            }
            Ok(Some(block)) => {
                // A panic is a bug; it goes on in the caller's thread, and exit code 101 says so.
                let out = catch_unwind(AssertUnwindSafe(|| worker.block(&block)));
                let (number, file) = (block.number, block.file);
                buffer = block.into_buffer();
                Ok((number, file, out))
            }
            Err(diagnostic) => Err(diagnostic),
        };
        let failed = worked.is_err();
        if to_fold.send(worked).is_err() || failed {
            return worker;
        }
    }
}

impl Shared<'_> {
    fn next_block(&self, buffer: Vec<u8>) -> Result<Option<Block>, Box<Diagnostic>> {
        let permit = self.permits.lock().unwrap_or_else(PoisonError::into_inner).recv();
        // The fold has gone if there is no permit to be had.
        if permit.is_err() || self.stop.load(Ordering::Acquire) {
            return Ok(None);
        }
        self.source.lock().unwrap_or_else(PoisonError::into_inner).next_block(buffer)
    }
}

impl Source<'_> {
    /// Reads no more.
    fn stop(&mut self) {
        self.opened = self.files.len();
        self.blocks = None;
    }

    fn next_block(&mut self, buffer: Vec<u8>) -> Result<Option<Block>, Box<Diagnostic>> {
        let mut buffer = Some(buffer);
        loop {
            let Some(blocks) = &mut self.blocks else {
                let Some(file) = self.files.get_mut(self.opened) else {
                    return Ok(None);
                };
                let index = u32::try_from(self.opened).unwrap_or(u32::MAX);
                self.opened += 1;
                self.text = 0;
                self.blocks = Some(file.blocks(index, self.block_size)?);
                continue;
            };
            let read = blocks.next_block(self.number, buffer.take().unwrap_or_default());
            match read {
                Ok(Some(block)) => {
                    self.text += block.text().len();
                    self.number += 1;
                    return Ok(Some(block));
                }
                Ok(None) => self.blocks = None,
                Err(why) => {
                    // No worker reads on after the first failure.
                    let broken = self.files[self.opened - 1].broken(self.text, &why);
                    self.stop();
                    return Err(broken);
                }
            }
        }
    }
}
