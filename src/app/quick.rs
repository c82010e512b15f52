//! Quick entry: what a person pastes, `key=value` lines, JSON or simple YAML, as properties of a version.

use crate::catalogue::properties::{Group, Metric, MetricKey};
use crate::journal::Value;
use crate::journal::json::{Limits, parse, to_canonical};

/// What was read of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quick {
    /// Names and values, in order.
    pub pairs: Vec<(String, Value)>,
    /// The numbers of lines that say nothing that can be read, from 1.
    pub unread: Vec<usize>,
}

/// Reads a text as names and values. Of what is nested, names are joined by dots.
pub fn read(text: &str) -> Quick {
    let mut quick = Quick::default();
    if text.trim_start().starts_with(['{', '[']) {
        match parse(text.trim(), &Limits::default()) {
            Ok(value) => flatten("", value, &mut quick.pairs),
            Err(error) => {
                let at = usize::try_from(error.at).unwrap_or(usize::MAX);
                let before = text.trim().get(..at).unwrap_or_default();
                quick.unread.push(before.lines().count().max(1));
            }
        }
        return quick;
    }
    // The keys above that have no value of their own, with how far they are indented.
    let mut above: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed == "---" {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let item = trimmed.strip_prefix("- ");
        // The items of a list may stand no further in than its key.
        above.retain(|(other, _)| *other < indent || (item.is_some() && *other == indent));
        let within = |key: &str| {
            let keys = above.iter().map(|(_, key)| key.as_str()).chain([key]);
            keys.filter(|key| !key.is_empty()).collect::<Vec<_>>().join(".")
        };
        match (item, pair(trimmed)) {
            (Some(item), _) if !above.is_empty() => add_item(&mut quick.pairs, within(""), scalar(item.trim())),
            (None, Some((key, ""))) if trimmed.ends_with(':') => above.push((indent, key.to_owned())),
            (None, Some((key, value))) => quick.pairs.push((within(key), scalar(value))),
            _ => quick.unread.push(number),
        }
    }
    quick
}

/// The fields of a version that a text means for a group, and the lines that mean nothing there.
pub fn fields(text: &str, group: Group) -> (Vec<(String, Value)>, Vec<String>) {
    if group == Group::Tag {
        let tags = text.split([',', '\n']).map(str::trim).filter(|tag| !tag.is_empty());
        let fields = tags.map(|tag| (group.field(tag.trim_start_matches('#')), Value::from(true)));
        return (fields.collect(), Vec::new());
    }
    let quick = read(text);
    let mut unread: Vec<_> = quick.unread.iter().map(|line| format!("line {line}")).collect();
    let mut fields = Vec::new();
    for (name, value) in quick.pairs {
        if group != Group::Metric {
            fields.push((group.field(&name), value));
            continue;
        }
        match metric(&name, &value).map(|metric| metric.to_property()) {
            Some((name, Some(value))) => fields.push((group.field(&name), value)),
            _ => unread.push(name),
        }
    }
    (fields, unread)
}

/// A metric: `accuracy@mnist/test`, `0.93`, `0.93 ± 0.01 (n=500)` or `0.93 [0.92, 0.94]`.
fn metric(name: &str, value: &Value) -> Option<Metric> {
    let key = MetricKey::parse(name);
    if let Some(value) = value.as_f64() {
        return Some(Metric {
            key,
            value,
            ..Metric::default()
        });
    }
    let text = value.as_str()?;
    let end = text.find(['±', '(', '[', ' ']).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    let value: f64 = number.trim().parse().ok().filter(|number: &f64| number.is_finite())?;
    let behind = |sign: char| {
        let (_, behind) = rest.split_once(sign)?;
        let end = behind.find(['±', '(', '[', ']', ')']).unwrap_or(behind.len());
        behind.get(..end)
    };
    let around = behind('±').and_then(|around| {
        let (number, around) = (number.trim(), around.trim());
        let distance: f64 = around.parse().ok()?;
        // Doubles add with an error far behind the last digit that was typed.
        let typed = decimals(number).max(decimals(around));
        let to_typed = |sum: f64| format!("{sum:.typed$}").parse::<f64>().ok();
        Some((to_typed(value - distance)?, to_typed(value + distance)?))
    });
    let between = behind('[').and_then(|text| {
        let (low, high) = text.split_once(',')?;
        Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
    });
    let n = behind('(').and_then(|text| text.trim().strip_prefix("n=")?.trim().parse().ok());
    let is_understood = rest.trim().is_empty() || around.is_some() || between.is_some() || n.is_some();
    is_understood.then_some(Metric {
        key,
        value,
        n,
        interval: between.or(around),
        higher_is_better: None,
    })
}

/// How many digits are typed behind the point.
fn decimals(number: &str) -> usize {
    number.split_once('.').map_or(0, |(_, digits)| digits.len())
}

/// A line's key and value: `key=value`, `key: value`, `key:`.
fn pair(line: &str) -> Option<(&str, &str)> {
    let equals = line.split_once('=');
    let colon = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")));
    let (key, value) = match (equals, colon) {
        (Some(one), Some(other)) if one.0.len() < other.0.len() => one,
        (_, Some(other)) => other,
        (one, None) => one?,
    };
    let key = unquoted(key.trim());
    (!key.is_empty()).then_some((key, value.trim()))
}

/// A number, a truth value or a text.
pub fn scalar(text: &str) -> Value {
    match text {
        "True" => return Value::from(true),
        "False" => return Value::from(false),
        _ => {}
    }
    if let Ok(value @ (Value::Number(_) | Value::Bool(_))) = parse(text, &Limits::default()) {
        return value;
    }
    // As programs write them: `.5`, `1.`, `+3`.
    let is_number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
    };
    let double = text.parse().ok().filter(|_| is_number(text)).and_then(Value::number);
    double.unwrap_or_else(|| Value::from(unquoted(text)))
}

fn unquoted(text: &str) -> &str {
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(text)
}

fn add_item(pairs: &mut Vec<(String, Value)>, name: String, item: Value) {
    match pairs.last_mut() {
        Some((last, Value::Array(items))) if *last == name => items.push(item),
        _ => pairs.push((name, Value::from(vec![item]))),
    }
}

fn flatten(within: &str, value: Value, pairs: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members.iter() {
                let name = if within.is_empty() {
                    key.to_owned()
                } else {
                    format!("{within}.{key}")
                };
                flatten(&name, value.clone(), pairs);
            }
        }
        value => pairs.push((within.to_owned(), value)),
    }
}

/// A value as a person reads it: texts without quotes.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => to_canonical(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let quick = read(text);
        let pairs = quick
            .pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", to_canonical(value)));
        pairs
            .chain(quick.unread.iter().map(|line| format!("?{line}")))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn lines_json_and_yaml() {
        for (text, expected) in [
            ("", ""),
            ("lr=0.001\nepochs = 10", "lr=0.001 epochs=10"),
            (
                "lr: 1e-3\nname: \"a b\"\nbig: .5\nbf16: True",
                "lr=0.001 name=\"a b\" big=0.5 bf16=true",
            ),
            ("url=https://a/b?c=d", "url=\"https://a/b?c=d\""),
            ("note: a=b", "note=\"a=b\""),
            (
                "# all\n---\noptimizer:\n  name: adam\n  betas:\n  - 0.9\n  - 0.999\nseed: 1",
                "optimizer.name=\"adam\" optimizer.betas=[0.9,0.999] seed=1",
            ),
            (
                "{\"a\": {\"b\": 1, \"c\": [1, 2]}, \"d\": null}",
                "a.b=1 a.c=[1,2] d=null",
            ),
            ("{\"a\": 1,\n \"a\": 2}", "?1"),
            ("what?\nlr=1", "lr=1 ?1"),
            ("=1", "?1"),
            ("nan=NaN\ninf=inf", "nan=\"NaN\" inf=\"inf\""),
        ] {
            assert_eq!(told(&text.replace("\\n", "\n")), expected, "{text}");
        }
    }

    #[test]
    fn metrics() {
        let metric_of = |line: &str| {
            let (fields, unread) = fields(line, Group::Metric);
            match fields.first() {
                Some((field, value)) => format!("{field} {}", to_canonical(value)),
                None => format!("? {}", unread.join(" ")),
            }
        };
        for (line, expected) in [
            ("acc=0.93", "metric/acc {\"value\":0.93}"),
            (
                "acc@mnist/test: 0.5 ± 0.25 (n=500)",
                "metric/acc@mnist/test {\"high\":0.75,\"low\":0.25,\"n\":500,\"value\":0.5}",
            ),
            (
                "acc: 0.5 [0.25, 0.75]",
                "metric/acc {\"high\":0.75,\"low\":0.25,\"value\":0.5}",
            ),
            (
                "acc: 0.93 ± 0.01",
                "metric/acc {\"high\":0.94,\"low\":0.92,\"value\":0.93}",
            ),
            ("acc: high", "? acc"),
            ("acc: 0.5 or so", "? acc"),
            ("acc", "? line 1"),
        ] {
            assert_eq!(metric_of(line), expected, "{line}");
        }
    }

    #[test]
    fn tags() {
        let (fields, _) = fields("vision, #small\nfp16", Group::Tag);
        let names: Vec<_> = fields.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(names, ["tag/vision", "tag/small", "tag/fp16"]);
    }
}
