//! Help and usage errors in Chinese: clap itself knows English alone.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};

use super::args::Arguments;

/// What commands do.
const COMMANDS: [(&str, &str); 8] = [
    ("telbill", "审核外呼话费账单: 由合同, 话单与账单算出应收金额, 精确到分"),
    ("audit", "核对当月账单与合同"),
    ("check", "签约前检查合同: 自相矛盾之处, 不利条款, 未写明之处"),
    ("estimate", "按预测或历史话单试算各合同: 哪份最省, 省多少"),
    ("inspect", "说明各文件是什么, 如何读取: 各列的含义, 时区, 未能读作通话的行"),
    ("rate", "逐条算出话单应收的费用"),
    ("explain", "解释一项账单或合同检查, 或逐步推导一次通话或一行账单的费用"),
    ("generate", "输出命令补全, 手册, 或 JSON 结果的模式"),
];

/// What stands below the help.
const AFTER: [(&str, &str); 7] = [
    (
        "telbill",
        "\
退出码: 0 已核对, 没有达到 --fail-on 的发现; 1 有发现; 2 命令或输入文件无法使用;
3 没有发现, 但未能全部核对; 101 程序缺陷。

入门:
  telbill audit --tariff contract.toml --cdr calls.csv --invoice invoice.csv
  telbill check contract.toml          签约前应要求修改什么
  telbill estimate -t a.toml b.toml -u forecast.toml    哪份合同最省
  telbill explain                      列出全部检查, 一行一项
  telbill explain duplicate-call       一项检查查什么, 何时属正常",
    ),
    (
        "audit",
        "\
输入可为 -, 通配如 'calls-*.csv', gzip 或 zstd 压缩文件, 可给多个。
以 .toml 结尾的按 TOML 读取, 其余按 CSV 读取, 编码为 UTF-8 或 GB18030。

  telbill audit -t contract.toml -c calls.csv -i invoice.csv -r roster.csv
  telbill audit -t contract.toml -c 'calls-*.csv.gz' -i invoice.toml --output audit.json -q
  telbill audit -t contract.toml -i invoice.csv         没有话单: 核对费用, 税, 合计",
    ),
    (
        "check",
        "\
错误: 自相矛盾之处, 如时段缺口与重叠, 用不到的单价, 日期不衔接, 超出合同自身线路与坐席所能用量的套餐与保底。
提醒: 于付费方不利的条款。合同未写明的条款仅作说明。各合同约定不同而本合同未写明之处, 列出所取的读法;
给出 --cdr 或 --roster 时, 算出其他读法的金额与账单的范围。

退出码: 0 无; 1 有达到 --fail-on 的不利条款; 2 任一文件有错误; 3 以上均无, 但有未写明之处。
多种情形并存时, 依 2, 1, 3 的次序取最先者。
合同可自行设定级别: [checks] severity = { minimum-seats = \"allow\" }。

  telbill check contract.toml
  telbill check offer-a.toml offer-b.toml --cdr calls-2024-10.csv --period 2024-10
  telbill check contract.toml --format json | jq -r '.contracts[].remarks[].code'
  telbill explain late-charge-high     一条提示的含义, 以及应要求什么",
    ),
    (
        "estimate",
        "\
用量取自预测文件, 或某月的话单, 或两者相加。各合同逐月结算, 与审核同一算法: 阶梯, 套餐, 年度保底, 上月结余,
一次性费用, 各月份适用的价格版本。收费与通话成正比时, 预期金额精确求和; 否则随机抽取若干月份,
各合同所用相同, 种子相同则结果相同, 并给出误差。

低, 中, 高为随机抽取 100 个月中第 10, 50, 90 位的总额。给出 --as-of 时, 该日及以前的话单如实结算, 至账期末的余下各日
由已有各日抽取, 工作日取自工作日: 届时应付多少, 套餐何日用尽。

退出码: 0 已试算; 1 现行合同 (未指明则最省者) 的中位总额会超过 --budget, --budget-at high 时为高位总额;
2 命令或输入文件无法使用; 3 某合同对部分用量没有价格: 逐一列出, 排在最后,
其总额不含该部分; 101 程序缺陷。

  telbill estimate -t contract.toml -u forecast.toml
  telbill estimate -t now.toml -t offer-a.toml -t offer-b.toml -u forecast.toml --months 12
  telbill estimate -t now.toml offer.toml -c october.csv --current now.toml --scale 1.2
  telbill estimate -t now.toml -c october.csv -r roster.csv --waste --short 10s --long 10m
  telbill estimate -t now.toml -u forecast.toml --worth --choose
  telbill estimate -t now.toml offer.toml -u forecast.toml --break-even --svg cross.svg
  telbill estimate -t now.toml -c october-so-far.csv --as-of 2024-10-17 --budget 5000
  telbill estimate -t offer.toml -u forecast.toml --format json | jq -r '.offers[].total'",
    ),
    (
        "inspect",
        "\
说明每个文件是什么, 将如何读取: 编码, 各列的含义, 时间的时区, 每一行的去向, 以及最先几行未能读作通话的内容与原因。
不计算金额。最后给出应键入的选项或可保存的文件, 使下月的导出文件以同样方式读取。

  telbill inspect calls.csv
  telbill inspect exports/ month.zip invoice.xml       逐个文件, 逐个部分说明, 最后是全部
  telbill inspect *.csv --tariff contract.toml         时间按合同的时区
  telbill inspect calls.csv --period 2024-10           时间没有年份, 或日期为 1/10/2024
  telbill inspect calls.csv --columns 'start=Begin,talk=Length:min,callee=#3'
  telbill inspect calls.csv --save provider.toml       此后: --cdr next.csv --dialect provider.toml
  telbill inspect calls.csv --format json | jq '.files[].calls.columns'
  telbill inspect *.csv --format csv --section files   每个文件一行; 另有 columns, rejects
  telbill inspect --dialects                           列出无须说明即能读取的格式

号码一律遮蔽, --save 写出的文件亦然。

退出码: 0 已读懂; 2 某文件无法使用, 或其中没有通话; 3 已读懂, 但有些可能是通话的行未能读取; 101 程序缺陷。",
    ),
    (
        "rate",
        "\
各行原样输出, 另加四列: 计费秒数, 金额, 条款, 以及无法计费的原因。
金额为单次通话的金额, 未计套餐, 阶梯价与优惠, 这些按整月结算。

  telbill rate -t contract.toml calls.csv > rated.csv
  zcat calls.csv.gz | telbill rate -t contract.toml - | head",
    ),
    (
        "explain",
        "\
通话自话单起逐步推导, 直至计入账单的金额, 每一步均给出条款所在的 文件:行:列; 推导中与审核所用的数字相互核对。

  telbill explain                      列出全部检查, 一行一项
  telbill explain duplicate-call       一项检查查什么, 何时属正常
  telbill explain --call 24100100003 -t contract.toml -c calls.csv
  telbill explain --row 4 -t contract.toml -c calls.csv
  telbill explain --row october.csv:4 -t contract.toml -c 'oct*.csv' -i invoice.csv
  telbill explain --line 坐席费 -t contract.toml -c calls.csv -r roster.csv -i invoice.csv

退出码: 0 已推导; 1 已推导, 而收费方另收了别的金额; 2 没有这条话单或账单行, 或输入文件无法使用;
3 不是通话, 没有单价, 或数量不明; 101 程序缺陷。",
    ),
];

/// What options mean; one of a single command stands under that command's name.
const OPTIONS: [(&str, &str); 72] = [
    ("lang", "界面语言; 默认随系统"),
    ("color", "颜色: auto 仅在终端, always 总是, never 从不"),
    ("quiet", "不显示进度与警告, 只有结果与退出码"),
    ("help", "显示帮助"),
    ("version", "显示版本"),
    ("dialect", "话单的格式: 内置格式名, 或以 .toml 结尾的格式文件"),
    (
        "columns",
        "各列的含义, 按表头或从 1 起的列号, 时长可带单位 (s, ms, min, 6s, d), 费用也可 (元, 分, 厘, 1/100): start=开始时间,talk=通话时长:s,charge=费用:分,callee=#3,answered=S|NI; 另有 dates=dmy 或 mdy, decimal=comma 或 point, year=2024",
    ),
    ("cdr_zone", "话单时间未写时区时所用的时区; 默认同合同"),
    (
        "encoding",
        "文本编码, 无法判断或判断有误时指定: gb18030, big5, windows-1252, utf-8, utf-16le, shift_jis 等",
    ),
    (
        "calls_are",
        "话单来源: provider 运营商详单, own 自有交换机或外呼系统; 默认含费用或计费时长的为运营商详单",
    ),
    ("threads", "线程数; 默认与处理器数相同, 不影响结果"),
    ("memory", "查找重复话单所用内存, MiB; 超出部分写入临时文件"),
    ("block_size", "每次读取的字节数"),
    ("audit.tariff", "合同; 给出多份时取当期有效的一份"),
    ("rate.tariff", "合同"),
    ("files", "文件: 话单, 或任何其他文件"),
    ("dialects", "列出内置的话单格式: 各是什么, 哪列是通话时长, 计费时长与费用"),
    (
        "inspect.period",
        "账期: 2024-10, 或首末两日 2024-09-26..2024-10-25; 用于没有年份的时间与日月次序不明的日期",
    ),
    ("inspect.tariff", "合同, 用于时区与币种"),
    ("save", "写出固定这种读法的格式文件, 供 --dialect 使用"),
    ("contracts", "合同"),
    ("check.cdr", "用来计算未写明之处金额的话单"),
    ("check.roster", "坐席, 号码, 线路, 服务及其他用量, 用来计算未写明之处的金额"),
    ("check.period", "账期: 2024-10, 或首末两日 2024-09-26..2024-10-25; 默认取自话单"),
    ("cdr", "话单"),
    ("invoice", "当月账单; 更早的账单用作历史"),
    ("roster", "坐席, 号码, 线路, 服务及其他用量, 含日期"),
    ("period", "账期: 2024-10, 或首末两日 2024-09-26..2024-10-25; 默认取自账单或话单"),
    ("no_duplicates", "不查找重复话单, 节省内存"),
    ("rejects", "将无法读取的行写入 CSV 文件: file, line, kind, field, found, text"),
    ("format", "标准输出的格式: table 供阅读, json 为完整数据, csv 为一张表"),
    ("output", "将结果写入文件, 格式取决于 .txt, .json 或 .csv; 可重复"),
    ("rate.output", "写入文件, 而非标准输出"),
    ("section", "--format csv 输出哪张表"),
    ("show_numbers", "完整显示号码, 而非 138****6718"),
    (
        "fail_on",
        "有达到此级别的发现或条款时退出码为 1: info 任何一项, warning 警告与错误, error 仅错误, never 从不",
    ),
    ("incomplete_above", "未能核对或未写明之处可能超过此数时, 退出码才为 3"),
    ("calls", "话单"),
    ("call", "推导一次通话: 话单标识等于此值的各行"),
    ("row", "推导一次通话: 该行的话单; 有多个文件时写 文件:行号"),
    ("explain.line", "推导账单的一行: 合同或账单上的名称"),
    ("explain.tariff", "合同; 给出多份时取当期有效的一份"),
    ("explain.cdr", "话单"),
    ("explain.invoice", "当月账单, 用于对照实收金额"),
    ("explain.period", "账期; 默认取自账单或话单"),
    ("explain.format", "推导的格式: table 供阅读, json 含每一步的全部数值"),
    ("code", "账单检查或合同提示的名称或编号, 如 duplicate-call 或 A02; 省略则列出全部"),
    ("estimate.tariff", "合同, 每份为一个方案"),
    ("usage", "用量预测文件"),
    ("estimate.cdr", "某月的话单"),
    ("current", "现行合同, 为所给合同之一, 写文件名或合同编号; 其余与之比较"),
    ("from", "首月, 2025-01; 默认取自预测或话单"),
    ("months", "月数; 默认一个月, 或话单所含月数"),
    ("estimate.period", "话单所属的账期; 默认为话单所在的完整账期"),
    ("scale", "通话数为话单的多少倍, 可按区域: 1.2, 或 长途=1.5"),
    ("worth", "另列各条款的价值: 改动一处后账单的变化, 只算现行合同, 未指定则算全部"),
    ("choose", "另列各合同最省的套餐组合, 以及用量估计有误时多付多少"),
    ("seed", "随机抽取的种子"),
    ("draws", "随机抽取的月份数; 默认按预测规模而定"),
    (
        "waste",
        "付费而无用的部分, 以及去除后可省多少: 未接通的呼叫, 过短, 过长及语音信箱的通话, 闲置的坐席, 号码, 线路与服务, \
         未用完的套餐; 按坐席, 小时与线路列出",
    ),
    ("short", "短于此时长的接通通话为过短"),
    ("long", "长于此时长的接通通话为过长"),
    ("break_even", "两两合同在何种用量下金额相等, 各用量下何者最省"),
    ("up_to", "查找平衡点的用量上限, 为预测或话单用量的倍数; 从零开始"),
    ("svg", "将金额随用量变化的图写入文件"),
    ("as_of", "进行中账期里话单已知的最后一日: 其后的话单不计, 余下各日由已有各日抽取"),
    ("budget", "试算总额不应超过的金额: 给出超过的可能, 会超过时退出码为 1"),
    ("budget_at", "以哪个总额判断预算: middle 中位, high 高位"),
    ("range", "通话很多或取自话单时, 仍抽取低, 中, 高三个总额"),
    ("estimate.format", "标准输出的格式: table 供阅读, json 为完整数据, csv 为一张表"),
    ("shell", "命令行外壳"),
    ("of", "哪种文件的模式"),
];

const HEADINGS: [(&str, &str); 4] = [
    ("Reading call records", "读取话单"),
    ("Running", "运行"),
    ("Result", "结果"),
    ("Waste", "浪费"),
];

fn of<'t>(texts: &'t [(&str, &'t str)], name: &str) -> Option<&'t str> {
    texts.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The command line with Chinese help.
pub(super) fn command() -> Command {
    let version = option("version", Some('V'), ArgAction::Version);
    let command = Arguments::command().disable_version_flag(true).arg(version);
    translated(command)
}

fn option(name: &'static str, short: Option<char>, action: ArgAction) -> Arg {
    Arg::new(name).long(name).short(short).action(action).help_heading("选项")
}

fn translated(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let mut command = command
        .disable_help_flag(true)
        .arg(option("help", Some('h'), ArgAction::Help))
        .help_template("{about-with-newline}\n用法: {usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(|arg| argument(arg, &name))
        .mut_subcommands(translated);
    if let Some(about) = of(&COMMANDS, &name) {
        command = command.about(about);
    }
    match of(&AFTER, &name) {
        Some(after) => command.after_help(after),
        None => command,
    }
}

fn argument(arg: Arg, command: &str) -> Arg {
    let id = arg.get_id().to_string();
    let text = of(&OPTIONS, &format!("{command}.{id}")).or_else(|| of(&OPTIONS, &id));
    let mut text = text.unwrap_or_default().to_owned();
    let takes = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let values = arg.get_possible_values();
    if takes && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        text = format!("{text} [可选: {}]", names.join(", "));
    }
    if let Some(default) = arg.get_default_values().first().filter(|_| takes) {
        text = format!("{text} [默认: {}]", default.to_string_lossy());
    }
    if let Some(name) = arg.get_env() {
        text = format!("{text} [环境变量: {}]", name.to_string_lossy());
    }
    let usual = if arg.is_positional() { "参数" } else { "选项" };
    let heading = arg.get_help_heading().and_then(|heading| of(&HEADINGS, heading));
    let arg = arg.help(text).help_heading(heading.unwrap_or(usual));
    if !takes {
        return arg;
    }
    arg.hide_possible_values(true).hide_default_value(true).hide_env(true)
}

/// A usage error in Chinese; `None` for what clap itself must print, such as help.
pub(super) fn error(error: &clap::Error) -> Option<String> {
    let all = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let arg = all(ContextKind::InvalidArg);
    let value = all(ContextKind::InvalidValue);
    let said = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("'{arg}' 缺少取值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("'{arg}' 的取值 '{value}' 无效")
        }
        ErrorKind::UnknownArgument => format!("不认识的参数 '{arg}'"),
        ErrorKind::InvalidSubcommand => {
            format!("不认识的命令 '{}'", all(ContextKind::InvalidSubcommand))
        }
        ErrorKind::NoEquals => format!("'{arg}' 的取值须以 = 给出"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("'{arg}' 的取值个数不对")
        }
        ErrorKind::ArgumentConflict => match all(ContextKind::PriorArg) {
            prior if prior.is_empty() || prior == arg => format!("'{arg}' 只能给一次"),
            prior => format!("'{arg}' 不能与 '{prior}' 同用"),
        },
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数: {arg}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        _ => return None,
    };
    let mut text = format!("错误: {said}\n");
    let valid = [ContextKind::ValidValue, ContextKind::ValidSubcommand].map(all);
    if let Some(valid) = valid.iter().find(|valid| !valid.is_empty()) {
        text.push_str(&format!("  [可选: {valid}]\n"));
    }
    let near =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(near) = near.map(all).iter().find(|near| !near.is_empty()) {
        text.push_str(&format!("\n  建议: 是否指 '{near}'?\n"));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        text.push_str(&format!("\n用法:{}\n", usage.trim_start_matches("Usage:")));
    }
    text.push_str("\n详见 '--help'。\n");
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_has_chinese_help() {
        fn see(command: &Command, missing: &mut Vec<String>) {
            let name = command.get_name();
            let about = of(&COMMANDS, name).or(Some("").filter(|_| command.is_hide_set()));
            if about.is_none() && !matches!(name, "completions" | "man" | "schema") {
                missing.push(name.to_owned());
            }
            for arg in command.get_arguments() {
                let text = arg.get_help().map(ToString::to_string).unwrap_or_default();
                if text.is_ascii() || text.starts_with(' ') {
                    missing.push(format!("{name} {}", arg.get_id()));
                }
            }
            command.get_subcommands().for_each(|below| see(below, missing));
        }
        let mut missing = Vec::new();
        let mut command = command();
        command.build();
        see(&command, &mut missing);
        assert!(missing.is_empty(), "{missing:?}");
    }
}
