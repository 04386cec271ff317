//! Progress on standard error, on a terminal, for work that takes a while.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::ui::Ui;
use crate::audit::Observer;

/// Short work shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Runs `work` while showing how far it is.
pub fn watched<T>(ui: &Ui, observer: &Observer, work: impl FnOnce() -> T) -> T {
    if ui.quiet || !ui.watches {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| show(observer, &done));
        // A panic must stop the bar too, or the scope would wait for ever.
        let finished = Finished(&done);
        let result = work();
        drop(finished);
        result
    })
}

struct Finished<'f>(&'f AtomicBool);

impl Drop for Finished<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

fn show(observer: &Observer, done: &AtomicBool) {
    let begun = Instant::now();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}  {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    while !done.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(50));
        if begun.elapsed() < PATIENCE {
            continue;
        }
        let bytes = observer.bytes.load(Ordering::Relaxed);
        let size = observer.size.load(Ordering::Relaxed);
        bar.set_length(size.max(bytes));
        bar.set_position(bytes);
        let records = observer.records.load(Ordering::Relaxed);
        bar.set_message(format!("{} · {}", HumanBytes(bytes), HumanCount(records)));
    }
    bar.finish_and_clear();
}
