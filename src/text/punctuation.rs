//! Chinese texts are typed with the punctuation that every keyboard has, and shown with their own.

/// A Chinese text in full-width punctuation. What stands between backticks is code and stays, and
/// so does punctuation inside an English phrase.
#[must_use]
pub fn full_width(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len() + 16);
    // Whether each open bracket was widened, so that its other half is too.
    let mut brackets: Vec<bool> = Vec::new();
    let mut in_code = false;
    let mut index = 0;
    while let Some(&c) = chars.get(index) {
        let before = chars[..index].iter().rev().find(|c| **c != ' ').copied();
        let after = chars[index + 1..].iter().find(|c| **c != ' ').copied();
        index += 1;
        in_code ^= c == '`';
        if in_code {
            shown.push(c);
            continue;
        }
        let wide = match c {
            ',' | ';' | ':' | '?' | '!'
                if ends_word(&chars, index) && !(is_latin(before) && is_latin(after)) =>
            {
                wide(c)
            }
            '(' => {
                let attached = index > 1 && is_latin(chars.get(index - 2).copied());
                brackets.push(!attached);
                (!attached).then_some('（')
            }
            ')' => brackets.pop().unwrap_or(false).then_some('）'),
            _ => None,
        };
        let Some(wide) = wide else {
            shown.push(c);
            continue;
        };
        // The width of the mark is its space.
        if wide == '（' && shown.ends_with(' ') {
            shown.pop();
        }
        shown.push(wide);
        if wide != '（' && chars.get(index) == Some(&' ') {
            index += 1;
        }
    }
    shown
}

/// A mark inside a word or figure, as in 12:30, is none of the sentence.
fn ends_word(chars: &[char], next: usize) -> bool {
    chars.get(next).is_none_or(|next| *next == ' ' || !next.is_ascii())
}

fn is_latin(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric())
}

fn wide(c: char) -> Option<char> {
    match c {
        ',' => Some('，'),
        ';' => Some('；'),
        ':' => Some('：'),
        '?' => Some('？'),
        '!' => Some('！'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_widened_and_code_is_not() {
        for (typed, shown) in [
            ("没有名册: 坐席, 号码", "没有名册：坐席，号码"),
            ("{path}: {count} 行; 其余 ({kinds})", "{path}：{count} 行；其余（{kinds}）"),
            ("是否想写 `{suggestion}`?", "是否想写 `{suggestion}`？"),
            ("按 `scope = \"pool\", x` 分档", "按 `scope = \"pool\", x` 分档"),
            ("12:30 起, f(x) 为 UTF-8, GB18030", "12:30 起，f(x) 为 UTF-8, GB18030"),
            ("账期 2024-10 (首日): 无。", "账期 2024-10（首日）：无。"),
        ] {
            assert_eq!(full_width(typed), shown);
        }
    }
}
