//! Bills as portals and platforms export them: other words, other columns, sums across instead of
//! down, ledgers of every make, documents in envelopes. Expected figures are added up by hand.

use telbill::input::{InputFile, read_parts};
use telbill::invoice::{Invoice, Printed, read};
use telbill::money::Amount;
use telbill::source::SourceMap;

/// Reads a bill; codes of what is wrong with it or worth a warning.
fn bill(name: &str, text: &str) -> (Option<Invoice>, Vec<&'static str>) {
    let mut sources = SourceMap::default();
    let file = sources.add(name, text);
    let (invoice, found) = read(&sources, file);
    (invoice, found.sorted().into_iter().map(|one| one.code).collect())
}

/// Reads a bill of which nothing is to be said.
fn whole(name: &str, text: &str) -> Invoice {
    let (invoice, found) = bill(name, text);
    assert!(found.is_empty(), "{name}: {found:?}");
    invoice.expect("reads")
}

fn shown(amount: Option<Printed<Amount>>) -> String {
    amount.map_or_else(String::new, |one| one.value.decimal().normalize().to_string())
}

/// Each line as `name amount`, with tax where that alone is printed.
fn lines(invoice: &Invoice) -> Vec<String> {
    let line = |line: &telbill::invoice::InvoiceLine| {
        format!("{} {}", line.name, shown(line.amount.or(line.gross)))
    };
    invoice.lines.iter().map(line).collect()
}

fn payments(invoice: &Invoice) -> Vec<String> {
    let paid = invoice.payments.iter().map(|paid| paid.amount.value.decimal().normalize());
    paid.map(|paid| paid.to_string()).collect()
}

/// What was held before and after: what is held is owed the other way round.
fn held(invoice: &Invoice) -> [String; 2] {
    [invoice.opening, invoice.amount_due]
        .map(|owed| shown(owed.map(|owed| Printed { value: -owed.value, at: owed.at })))
}

#[test]
fn english_totals_are_no_charges() {
    let text = "Invoice Number:,INV-1\nBilling Period:,2024-10-01 to 2024-10-31\nCurrency:,GBP\n\n\
        Service,Charge\nUK mobile,17.03\nUK landline,0.20\nTotal excl VAT,17.23\nVAT @ 20%,3.45\n\
        Total inc VAT,20.68\n";
    let invoice = whole("en.csv", text);
    assert_eq!(lines(&invoice), ["UK mobile 17.03", "UK landline 0.2", "VAT @ 20% 3.45"]);
    assert_eq!([invoice.totals.net, invoice.totals.gross].map(shown), ["17.23", "20.68"]);
    assert_eq!(invoice.number.as_deref(), Some("INV-1"));
    assert_eq!(invoice.period.map(|period| period.to_string()).as_deref(), Some("2024-10"));
    assert_eq!(invoice.currency.map(|code| code.value).as_deref(), Some("GBP"));
}

#[test]
fn one_row_of_totals_is_a_bill() {
    for (text, totals) in [
        ("账期,应付金额\n2024-10,1234.56\n", ["", "", "1234.56"]),
        (
            "账期,不含税金额,税额,价税合计\n2024年10月,1000.00,60.00,1060.00\n",
            ["1000", "60", "1060"],
        ),
        ("月份,账单金额\n202410,1234.56元\n", ["1234.56", "", ""]),
        ("Billing month,Total amount\nOctober 2024,\"1,234.56\"\n", ["1234.56", "", ""]),
    ] {
        let invoice = whole("totals.csv", text);
        let printed = invoice.totals;
        assert_eq!([printed.net, printed.tax, printed.gross].map(shown), totals, "{text}");
        assert!(invoice.totals_only, "{text}");
        assert_eq!(invoice.period.map(|period| period.to_string()).as_deref(), Some("2024-10"));
    }
}

#[test]
fn charges_may_stand_side_by_side() {
    let text = "账号,通话次数,通话费,月租,合计\n1001,12,100.00,30.00,130.00\n1002,0,0.00,30.00,30.00\n\
        合计,12,100.00,60.00,160.00\n";
    let invoice = whole("wide.csv", text);
    assert_eq!(lines(&invoice), ["通话费 100", "月租 30", "月租 30"]);
    assert_eq!(invoice.lines[2].object.as_deref(), Some("1002"));
    assert_eq!(shown(invoice.totals.net), "160");
    assert_eq!(
        lines(&whole("one.csv", "通话费,月租费,短信费,合计\n100.00,30.00,5.00,135.00\n")),
        ["通话费 100", "月租费 30", "短信费 5"]
    );
    // Without the sum nothing says that these are the parts of it: 130.00 in all.
    let (odd, found) = bill("odd.csv", "账号,通话费,月租费,合计\n1001,100.00,31.00,130.00\n");
    assert_eq!(lines(&odd.expect("reads")), ["total 130"]);
    assert_eq!(found, ["sheet-columns-unread"]);
}

#[test]
fn pages_and_merged_cells() {
    let pages =
        "费用项目,金额\n通话费,100.00\n合计,100.00\n费用项目,金额\n月租,20.00\n合计,20.00\n";
    let invoice = whole("pages.csv", pages);
    assert_eq!(lines(&invoice), ["通话费 100", "月租 20"]);
    assert_eq!((shown(invoice.totals.net), invoice.subtotals.len()), (String::new(), 2));
    let last = pages.replace("合计,100.00\n", "").replace("合计,20.00", "合计,120.00");
    assert_eq!(shown(whole("last.csv", &last).totals.net), "120");
    let merged = "类别,项目,金额\n语音,国内,100.00\n,国际,20.00\n,小计,120.00\n合计,,120.00\n";
    let invoice = whole("merged.csv", merged);
    assert_eq!(lines(&invoice), ["国内 100", "国际 20"]);
    assert_eq!(shown(invoice.totals.net), "120");
}

#[test]
fn platforms_have_words_of_their_own() {
    let counted =
        whole("kinds.csv", "类别,用量,金额\n语音通话,\"1,234分钟\",123.40\n短信,100条,5.00\n");
    let quantity = |at: usize| {
        let line = &counted.lines[at];
        (line.quantity.map(|one| one.value.to_string()), line.unit.clone())
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(quantity(0), (some("1234"), some("分钟")));
    assert_eq!(quantity(1), (some("100"), some("条")));
    // 25 calls of 10 minutes: 0.12 is the price of a call.
    let text = "Description,Minutes,Calls,Rate,Cost,VAT %\nOutbound,10,25,0.12,3.00,20\n";
    let calls = bill("calls.csv", text).0.expect("reads");
    let line = &calls.lines[0];
    assert_eq!(line.quantity.map(|one| one.value.to_string()), some("25"));
    assert_eq!(line.tax_rate.map(|one| one.value.to_string()), some("0.2"));
    let cloud = "账单月份,产品明细,计费项,用量,用量单位,目录总价,优惠金额,应付金额,币种\n\
        2024-10,语音通知,通话分钟,100,分钟,10.00,1.00,9.00,CNY\n";
    let (cloud, _) = bill("cloud.csv", cloud);
    assert_eq!(lines(&cloud.expect("reads")), ["语音通知 9"]);
    let all = "费用项目,金额,税额,合计\n通话费,100.00,6.00,106.00\n";
    assert_eq!(shown(whole("all.csv", all).lines[0].gross), "106");
}

#[test]
fn a_ledger_of_any_make_is_read() {
    let charges = |invoice: &Invoice| (lines(invoice), payments(invoice), held(invoice));
    let own = |text: &[&str]| text.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let two = |before: &str, after: &str| [before.to_owned(), after.to_owned()];
    // 50.00 are there already: no recharge and no charge.
    let opened = "时间,类型,金额,余额\n2024-10-01 00:00:00,上期结转,50.00,50.00\n\
        2024-10-02 10:00:00,通话费,-1.00,49.00\n2024-10-31 23:59:59,期末余额,,49.00\n";
    let expected = (own(&["通话费 1"]), own(&[]), two("50", "49"));
    assert_eq!(charges(&whole("opened.csv", opened)), expected);
    // What is frozen and set free cost nothing, whether the balance counts it or not.
    for balances in ["100.00,99.00,99.00,98.00", "90.00,89.00,99.00,98.00"] {
        let mut balances = balances.split(',');
        let rows = ["冻结,10.00", "通话费,-1.00", "解冻,10.00", "通话费,-1.00"].map(|row| {
            format!("2024-10-01 10:00:00,{row},{}\n", balances.next().unwrap_or_default())
        });
        let frozen = whole("frozen.csv", &format!("时间,类型,金额,余额\n{}", rows.concat()));
        assert_eq!(lines(&frozen), ["通话费 2"]);
        assert!(frozen.odd_balances.is_empty());
        assert_eq!(shown(frozen.amount_due), "-98");
    }
    // Two accounts, each with a chain of its own: 99 + 1 and 48 + 2 are 150 before.
    let accounts = "客户账号,时间,类型,金额,余额\nA,2024-10-01 10:00,扣费,1.00,99.00\n\
        B,2024-10-01 10:00,扣费,2.00,48.00\nA,2024-10-01 10:01,扣费,1.00,98.00\n\
        B,2024-10-01 10:01,充值,10.00,58.00\n";
    let expected = (own(&["扣费 4"]), own(&["10"]), two("150", "156"));
    assert_eq!(charges(&whole("accounts.csv", accounts)), expected);
    // In or out is said by a word; the newest row is first.
    let sides = "时间,收支类型,交易类型,金额(元),账户余额(元)\n2024-10-01 10:02:00,支出,通话消费,1.00,48.00\n\
        2024-10-01 10:01:00,支出,通话消费,1.00,49.00\n2024-10-01 10:00:00,收入,账户充值,50.00,50.00\n";
    let expected = (own(&["通话消费 2"]), own(&["50"]), two("0", "48"));
    assert_eq!(charges(&whole("sides.csv", sides)), expected);
    // A type that is a number is told by the remark beside it.
    let numbered = "时间,变动类型,变动金额,变动后余额,备注\n2024-10-01 10:00:00,1,1.00,99.00,通话扣费:C1\n\
        2024-10-01 10:01:00,2,50.00,149.00,充值\n2024-10-01 10:02:00,1,1.00,148.00,通话扣费:C2\n";
    let expected = (own(&["通话扣费 2"]), own(&["50"]), two("100", "148"));
    assert_eq!(charges(&whole("numbered.csv", numbered)), expected);
    // What was given is held beside what was paid: 100 and 10, of which 1 went.
    let given = "时间,类型,金额,本金余额,赠送余额\n2024-10-01 10:00:00,充值,100.00,100.00,0.00\n\
        2024-10-01 10:00:01,赠送,10.00,100.00,10.00\n2024-10-01 10:05:00,扣费,-1.00,100.00,9.00\n";
    let expected = (own(&["扣费 1"]), own(&["100", "10"]), two("0", "109"));
    assert_eq!(charges(&whole("given.csv", given)), expected);
    // Without balances nothing says what is due.
    let bare = "交易时间,交易类型,交易金额(元),话单号\n2024-10-01 10:00:00,充值,+50.00,\n\
        2024-10-01 10:01:00,扣费,-0.24,C1\n2024-10-01 10:02:00,扣费,-0.12,C2\n";
    let expected = (own(&["扣费 0.36"]), own(&["50"]), two("", ""));
    assert_eq!(charges(&whole("bare.csv", bare)), expected);
    // Nothing says what a row is for: what comes in is said to be taken as a payment.
    let unsaid = "时间,金额,余额\n2024-10-01 10:00:00,1.00,99.00\n2024-10-01 10:01:00,50.00,149.00\n\
        2024-10-01 10:02:00,1.00,148.00\n";
    let (unsaid, found) = bill("unsaid.csv", unsaid);
    assert_eq!(
        charges(&unsaid.expect("reads")),
        (own(&["金额 2"]), own(&["50"]), two("100", "148"))
    );
    assert_eq!(found, ["ledger-unsaid"]);
}

fn ubl() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/bills/ubl.xml");
    let text = std::fs::read_to_string(path).expect("fixture");
    let body = text.find("<Invoice").or_else(|| text.find("<ubl:Invoice")).expect("an invoice");
    text[body..].to_owned()
}

#[test]
fn documents_may_be_in_envelopes_but_only_one_of_them() {
    let plain = lines(&whole("plain.xml", &ubl()));
    let soap =
        format!("<e:Envelope xmlns:e=\"urn:e\"><e:Body><r>{}</r></e:Body></e:Envelope>", ubl());
    assert_eq!(lines(&whole("soap.xml", &soap)), plain);
    let two = format!("<Batch>{0}{0}</Batch>", ubl());
    assert_eq!(bill("two.xml", &two).1, ["xml-several"]);
}

/// Documents are in the encoding that they declare, unless they are UTF-8 all the same.
#[test]
fn declared_encodings_are_read() {
    let folder = tempfile::tempdir().expect("folder");
    let read = |declared: &str, bytes: &[u8]| {
        let path = folder.path().join("bill.xml");
        let head = format!("<?xml version='1.0' encoding='{declared}'?>\n");
        std::fs::write(&path, [head.as_bytes(), bytes].concat()).expect("write");
        let file = InputFile::new(path.to_str().expect("path"));
        let (_, small) = read_parts(&file, "invoice").expect("reads").remove(0);
        let name = whole("bill.xml", &small.text).lines[0].name.clone();
        (name, small.encoding.name())
    };
    let named = |name: &str| ubl().replace("Outbound calls", name);
    let latin = |text: &str| {
        text.chars().map(|c| u8::try_from(u32::from(c)).expect("latin")).collect::<Vec<u8>>()
    };
    let text = named("Gespr\u{e4}che");
    assert_eq!(read("ISO-8859-1", &latin(&text)), ("Gespräche".to_owned(), "windows-1252"));
    assert_eq!(read("ISO-8859-1", text.as_bytes()), ("Gespräche".to_owned(), "UTF-8"));
    // 0xA4 is the euro there.
    let euro = latin(&named("Anrufe \u{a4}"));
    assert_eq!(read("iso-8859-15", &euro), ("Anrufe €".to_owned(), "ISO-8859-15"));
}

#[test]
fn sums_of_lines_that_are_not_listed_are_a_line() {
    // 95.00, 5.00 off, 10.00 more: 100.00.
    let text = "<CrossIndustryInvoice><ExchangedDocument><ID>W1</ID><TypeCode>380</TypeCode></ExchangedDocument>\
        <SupplyChainTradeTransaction><ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>\
        <SpecifiedTradeAllowanceCharge><ChargeIndicator><Indicator>false</Indicator></ChargeIndicator>\
        <ActualAmount>5.00</ActualAmount><Reason>Discount</Reason></SpecifiedTradeAllowanceCharge>\
        <SpecifiedTradeAllowanceCharge><ChargeIndicator><Indicator>true</Indicator></ChargeIndicator>\
        <ActualAmount>10.00</ActualAmount><Reason>Travel</Reason></SpecifiedTradeAllowanceCharge>\
        <SpecifiedTradeSettlementHeaderMonetarySummation><LineTotalAmount>95.00</LineTotalAmount>\
        <TaxBasisTotalAmount>100.00</TaxBasisTotalAmount><GrandTotalAmount>100.00</GrandTotalAmount>\
        <DuePayableAmount>100.00</DuePayableAmount></SpecifiedTradeSettlementHeaderMonetarySummation>\
        </ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction></CrossIndustryInvoice>";
    let invoice = whole("without-lines.xml", text);
    assert_eq!(lines(&invoice), ["LineTotalAmount 95", "Discount -5", "Travel 10"]);
}

#[test]
fn lines_within_a_line_that_bills_nothing_are_the_charges() {
    let line = |tag: &str, name: &str, amount: &str, within: &str| {
        format!(
            "<{tag}><LineExtensionAmount currencyID=\"EUR\">{amount}</LineExtensionAmount>\
             <Item><Name>{name}</Name></Item>{within}</{tag}>"
        )
    };
    let parts =
        [line("SubInvoiceLine", "a", "60.00", ""), line("SubInvoiceLine", "b", "40.00", "")];
    let document = |amount: &str| {
        format!(
            "<Invoice><DocumentCurrencyCode>EUR</DocumentCurrencyCode><LegalMonetaryTotal>\
             <PayableAmount currencyID=\"EUR\">100.00</PayableAmount></LegalMonetaryTotal>{}</Invoice>",
            line("InvoiceLine", "both", amount, &parts.concat())
        )
    };
    assert_eq!(lines(&whole("sub.xml", &document("0.00"))), ["a 60", "b 40"]);
    assert_eq!(lines(&whole("sub.xml", &document("100.00"))), ["both 100"]);
}

#[test]
fn a_chinese_e_invoice_is_read_as_xml() {
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><EInvoice><Header><EIid>24312000000000000001</EIid></Header>\
        <EInvoiceData><BasicInformation><TotalAmWithoutTax>90.00</TotalAmWithoutTax><TotalTaxAm>5.40</TotalTaxAm>\
        <TotalTax-includedAmount>95.40</TotalTax-includedAmount></BasicInformation>\
        <IssuItemInformation><ItemName>*电信服务*通话费</ItemName><MeaUnits>分钟</MeaUnits><Quantity>1000</Quantity>\
        <UnPrice>0.1</UnPrice><Amount>100.00</Amount><TaxRate>0.06</TaxRate><ComTaxAm>6.00</ComTaxAm>\
        <TotaltaxIncludedAmount>106.00</TotaltaxIncludedAmount></IssuItemInformation>\
        <IssuItemInformation><ItemName>*电信服务*通话费</ItemName><Amount>-10.00</Amount><TaxRate>0.06</TaxRate>\
        <ComTaxAm>-0.60</ComTaxAm><TotaltaxIncludedAmount>-10.60</TotaltaxIncludedAmount></IssuItemInformation>\
        </EInvoiceData><TaxSupervisionInfo><InvoiceNumber>24312000000000000001</InvoiceNumber>\
        <IssueTime>2024-11-02 10:00:00</IssueTime></TaxSupervisionInfo></EInvoice>";
    let invoice = whole("e.xml", text);
    assert_eq!(lines(&invoice), ["*电信服务*通话费 100", "*电信服务*通话费 -10"]);
    let totals = invoice.totals;
    assert_eq!([totals.net, totals.tax, totals.gross].map(shown), ["90", "5.4", "95.4"]);
    assert_eq!(invoice.lines[0].unit.as_deref(), Some("分钟"));
    assert_eq!(invoice.issued.map(|day| day.to_string()).as_deref(), Some("2024-11-02"));
    assert_eq!(invoice.number.as_deref(), Some("24312000000000000001"));
}

/// A red invoice takes off as it stands; a month may be written as on the bill.
#[test]
fn red_invoices_are_below_zero() {
    let red = "[invoice]\nnumber = \"2\"\nperiod = \"2024年10月\"\nservice = \"*电信服务*通话费\"\n\
        total_before_tax = -10.00\ntax = -0.60\ntotal = -10.60\n";
    let invoice = whole("red.toml", red);
    assert_eq!(lines(&invoice), ["*电信服务*通话费 -10"]);
    assert_eq!(invoice.period.map(|period| period.to_string()).as_deref(), Some("2024-10"));
}
