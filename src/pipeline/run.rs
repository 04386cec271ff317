//! Reader → workers → ordered fold.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::files::CallFile;
use crate::cdr::Row;
use crate::input::Block;
use crate::source::{Diagnostic, Locus};

/// What a worker does with a block.
pub trait Work: Send {
    /// What comes out of one block, to be folded in order.
    type Out: Send;

    /// Works on a block.
    fn block(&mut self, block: &Block) -> Self::Out;

    /// Physical lines of the block whose result this is.
    fn lines(out: &Self::Out) -> u64;
}

/// Which line of which file each block begins with.
#[derive(Clone, Debug, Default)]
pub struct RowMap {
    /// By block: file, first line.
    blocks: Vec<(u32, u64)>,
}

impl RowMap {
    /// Where a row stands.
    #[must_use]
    pub fn locus(&self, row: Row) -> Locus {
        let (file, first) = self
            .blocks
            .get(row.block as usize)
            .copied()
            .unwrap_or_default();
        Locus {
            file,
            line: first + u64::from(row.line),
        }
    }
}

/// Blocks on their way from the reader to the workers.
type Queue = Mutex<Receiver<Block>>;

/// A block, and what came of it, or the panic it caused.
type Worked<T> = (Block, std::thread::Result<T>);

/// Reads all files through the workers. `fold` sees each block's result in file order, with the
/// file and the number of the block's first line. Returns the workers and where each block began.
///
/// # Errors
/// The first file that could not be read to its end.
pub fn run<W: Work>(
    files: &mut [CallFile],
    block_size: usize,
    workers: Vec<W>,
    mut fold: impl FnMut(u32, u64, W::Out),
) -> Result<(Vec<W>, RowMap), Box<Diagnostic>> {
    let buffers = 2 * workers.len() + 2;
    let (to_workers, queue) = sync_channel::<Block>(buffers);
    let (to_fold, results) = channel::<Worked<W::Out>>();
    let (to_reader, recycled) = sync_channel::<Vec<u8>>(buffers);
    for _ in 0..buffers {
        to_reader
            .send(Vec::new())
            .expect("the channel was made for this many buffers");
    }
    let header_lines: Vec<u64> = files.iter().map(|file| file.layout.header_lines).collect();
    let queue: Queue = Mutex::new(queue);
    let queue = &queue;
    // The channels are moved in, so that a panic closes them and no thread waits for ever.
    std::thread::scope(move |scope| {
        let reader = scope.spawn(move || read_all(files, block_size, &to_workers, &recycled));
        let handles: Vec<_> = workers
            .into_iter()
            .map(|worker| {
                let to_fold = to_fold.clone();
                scope.spawn(move || work(worker, queue, &to_fold))
            })
            .collect();
        drop(to_fold);
        let mut map = RowMap::default();
        let mut next_line = None::<(u32, u64)>;
        let mut waiting: BTreeMap<u32, (Block, W::Out)> = BTreeMap::new();
        for (block, out) in results {
            let out = out.unwrap_or_else(|panic| resume_unwind(panic));
            waiting.insert(block.number, (block, out));
            while let Some((block, out)) =
                waiting.remove(&u32::try_from(map.blocks.len()).unwrap_or(u32::MAX))
            {
                let first = match next_line {
                    Some((file, line)) if file == block.file => line,
                    _ => header_lines[block.file as usize] + 1,
                };
                map.blocks.push((block.file, first));
                next_line = Some((block.file, first + W::lines(&out)));
                fold(block.file, first, out);
                // The reader may have ended; then nobody needs the buffer.
                let _ = to_reader.try_send(block.bytes);
            }
        }
        let workers = handles
            .into_iter()
            .map(|handle| join(handle.join()))
            .collect();
        join(reader.join()).map(|()| (workers, map))
    })
}

fn work<W: Work>(mut worker: W, queue: &Queue, to_fold: &Sender<Worked<W::Out>>) -> W {
    while let Some(block) = take(queue) {
        let out = catch_unwind(AssertUnwindSafe(|| worker.block(&block)));
        if to_fold.send((block, out)).is_err() {
            break;
        }
    }
    worker
}

/// A panic of a thread goes on in this one: it is a bug, and exit code 101 says so.
fn join<T>(result: std::thread::Result<T>) -> T {
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

fn take(queue: &Queue) -> Option<Block> {
    queue
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

fn read_all(
    files: &mut [CallFile],
    block_size: usize,
    to_workers: &SyncSender<Block>,
    recycled: &Receiver<Vec<u8>>,
) -> Result<(), Box<Diagnostic>> {
    let mut number = 0;
    for (index, file) in (0..).zip(files) {
        let mut blocks = file.blocks(index, block_size)?;
        let mut text = 0;
        loop {
            let Ok(buffer) = recycled.recv() else {
                return Ok(());
            };
            match blocks.next_block(number, buffer) {
                Ok(Some(block)) => {
                    text += block.bytes.len();
                    number += 1;
                    if to_workers.send(block).is_err() {
                        return Ok(());
                    }
                }
                Ok(None) => break,
                Err(why) => {
                    let failure = crate::input::broken(&file.name, file.container, text, &why);
                    return Err(Box::new(failure));
                }
            }
        }
    }
    Ok(())
}
