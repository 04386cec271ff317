//! A written month put into an encoding and a container.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::month::Style;
use super::template::Template;
use super::written::Written;

/// Saves the month; says how.
pub fn saved(
    file: &Path,
    written: &Written,
    style: Style,
    template: &Template,
) -> (PathBuf, &'static str) {
    let text = written.text();
    let plain = text.clone().into_bytes();
    let (ending, what, bytes) = match style.container {
        1 => {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(&plain).expect("writes");
            ("csv.gz", "gzip", gz.finish().expect("ends"))
        }
        2 => ("csv.zst", "zstd", zstd::encode_all(plain.as_slice(), 1).expect("writes")),
        3 => {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file("calls.csv", options).expect("begins");
            zip.write_all(&plain).expect("writes");
            ("zip", "zip", zip.finish().expect("ends").into_inner())
        }
        4 => {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            ("csv", "UTF-16", [0xFF, 0xFE].into_iter().chain(units).collect())
        }
        5 => ("csv", "UTF-8 with mark", [b"\xEF\xBB\xBF".as_slice(), &plain].concat()),
        6 => {
            // Only where Chinese is written: nobody saves accents or a lone word so.
            let others = || text.chars().filter(|c| !c.is_ascii());
            let chinese =
                others().count() > 20 && others().all(|c| ('\u{3000}'..'\u{A000}').contains(&c));
            match encoding_rs::GB18030.encode(&text).0 {
                bytes if chinese => ("csv", "GB18030", bytes.into_owned()),
                _ => ("csv", "plain", plain),
            }
        }
        7 if template.in_a_sheet() => ("xlsx", "xlsx", xlsx(written)),
        8 => {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            let units = text.encode_utf16().flat_map(u16::to_be_bytes);
            let bytes: Vec<u8> = [0xFE, 0xFF].into_iter().chain(units).collect();
            gz.write_all(&bytes).expect("writes");
            ("gz", "UTF-16 in gzip", gz.finish().expect("ends"))
        }
        _ => ("csv", "plain", plain),
    };
    let path = file.with_extension(ending);
    std::fs::write(&path, bytes).expect("writes");
    (path, what)
}

/// All cells as text, as exports for spreadsheets often are.
fn xlsx(written: &Written) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (0u32..).zip(&written.rows) {
        for (column, cell) in (0u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(line, column, cell).expect("written");
        }
    }
    book.save_to_buffer().expect("saves")
}
