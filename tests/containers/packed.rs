//! The same calls in every container.

use std::fmt::Write as _;
use std::io::Write as _;

use zip::write::SimpleFileOptions;

pub fn records(csv: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let records = reader.records().map(|record| record.expect("a record"));
    records.map(|record| record.iter().map(str::to_owned).collect()).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("compresses");
    encoder.finish().expect("compresses")
}

pub fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).expect("begins");
        zip.write_all(bytes).expect("writes");
    }
    zip.finish().expect("ends").into_inner()
}

/// A workbook with the calls on its second, hidden sheet.
pub fn xlsx(all: &[Vec<String>]) -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").expect("named").write(0, 0, "导出时间").expect("written");
    let sheet = book.add_worksheet();
    sheet.set_name("通话记录").expect("named").set_hidden(true);
    let dated = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let money = Format::new().set_num_format("¥0.00");
    for (line, row) in (0u32..).zip(all) {
        for ((column, cell), head) in (0u16..).zip(row).zip(&all[0]) {
            let time = cell.get(..19).filter(|_| line > 0 && head.ends_with("时间"));
            if let Some(time) = time {
                let time = ExcelDateTime::parse_from_str(time).expect("a time");
                sheet.write_with_format(line, column, &time, &dated).expect("written");
            } else if line > 0 && (head.ends_with(')') || head.ends_with("ID")) {
                let number: f64 = cell.parse().expect("a number");
                sheet.write_with_format(line, column, number, &money).expect("written");
            } else if !cell.is_empty() {
                sheet.write(line, column, cell).expect("written");
            }
        }
    }
    book.save_to_buffer().expect("saves")
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn html(all: &[Vec<String>]) -> String {
    let mut page = "<html><head><meta charset=utf-8><style>td{mso-number-format:'\\@'}</style>\
                    </head><body><table border=1>"
        .to_owned();
    for row in all {
        page.push_str("<tr>");
        for cell in row {
            write!(page, "<td>{}</td>", escaped(cell)).expect("text");
        }
        page.push_str("</tr>\n");
    }
    page + "</table></body></html>"
}

pub fn excel_xml(all: &[Vec<String>]) -> String {
    let mut book = "<?xml version=\"1.0\"?>\n<Workbook \
         xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"1\"><Table>"
        .to_owned();
    for (line, row) in all.iter().enumerate() {
        book.push_str("<Row>");
        for (place, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let (kind, cell) = match place {
                4..=6 if line > 0 => ("DateTime", format!("{}.000", cell.replace(' ', "T"))),
                0 | 7 | 8 | 10 if line > 0 => ("Number", cell.clone()),
                _ => ("String", escaped(cell)),
            };
            let index = place + 1;
            write!(
                book,
                "<Cell ss:Index=\"{index}\"><Data ss:Type=\"{kind}\">{cell}</Data></Cell>"
            )
            .expect("text");
        }
        book.push_str("</Row>\n");
    }
    book + "</Table></Worksheet></Workbook>"
}

/// The records as JSON objects; figures are numbers, and what is empty is null or left out.
fn objects(all: &[Vec<String>]) -> Vec<String> {
    let object = |row: &Vec<String>| {
        let members = all[0].iter().zip(row).enumerate().filter_map(|(place, (name, cell))| {
            let value = match place {
                0 | 7 | 8 | 10 => cell.clone(),
                5 if cell.is_empty() => "null".to_owned(),
                // Only what comes somewhere else too.
                11 if cell.is_empty() => return None,
                _ => serde_json::to_string(cell).expect("text"),
            };
            Some(format!("\"{name}\": {value}"))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
    };
    all[1..].iter().map(object).collect()
}

pub fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// The calls with tabs, as Excel saves "Unicode text".
fn tabs(all: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b'\t')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    all.iter().for_each(|row| writer.write_record(row).expect("writes"));
    String::from_utf8(writer.into_inner().expect("writes")).expect("UTF-8")
}

/// The month in every container, with the delimiter of what comes out.
pub fn containers(calls: &str) -> Vec<(&'static str, Vec<u8>, u8)> {
    let all = &records(calls, b',');
    let csv = calls.as_bytes().to_vec();
    let others: [(&str, &[u8]); 2] = [("a/说明.txt", b"made by hand\n"), ("z.json", b"{\"a\":1}")];
    let gb = |text: &str| telbill::input::encode_text(text, telbill::input::Encoding::Gb18030);
    let list = objects(all);
    let both = |bytes: Vec<u8>| [b"\xFF\xFE".to_vec(), bytes].concat();
    vec![
        ("calls.csv.gz", gzip(&csv), b','),
        ("calls.csv.zst", zstd::encode_all(csv.as_slice(), 3).expect("compresses"), b','),
        ("calls.zip", zipped(&[others[0], ("b/话单.csv", &csv), others[1]]), b','),
        ("packed.zip", zipped(&[("calls.csv.gz", &gzip(&csv))]), b','),
        ("calls.xlsx", xlsx(all), b','),
        ("calls.xlsx.gz", gzip(&xlsx(all)), b','),
        ("book.zip", zipped(&[others[0], ("calls.xlsx", &xlsx(all))]), b','),
        ("html.xls", html(all).into_bytes(), b','),
        ("gbk.xls", gb(&html(all)), b','),
        ("xml.xls", excel_xml(all).into_bytes(), b','),
        ("gbk.xml", gb(&excel_xml(all)), b','),
        ("calls.jsonl", list.join("\n").into_bytes(), b','),
        ("calls.json", format!("[{}]", list.join(",\n")).into_bytes(), b','),
        (
            "page.json",
            format!(r#"{{"code":0,"data":{{"total":80,"list":[{}]}}}}"#, list.join(","))
                .into_bytes(),
            b',',
        ),
        ("gbk.jsonl", gb(&list.join("\n")), b','),
        (
            "calls.jsonl.zst",
            zstd::encode_all(list.join("\n").as_bytes(), 3).expect("compresses"),
            b',',
        ),
        ("unicode.txt", both(utf16(&tabs(all), u16::to_le_bytes)), b'\t'),
        ("unicode.csv", utf16(calls, u16::to_be_bytes), b','),
        ("mac.csv", calls.replace('\n', "\r").into_bytes(), b','),
    ]
}
