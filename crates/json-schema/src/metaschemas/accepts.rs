//! A fast check whether a schema is valid, without compiling its metaschema.
//!
//! Nearly all schemas are valid, so that the metaschema is needed only for the report of the others.

use std::sync::LazyLock;

use super::super::draft::Draft::{self, V4, V6};
use super::super::format;
use super::super::json::Json;
use super::super::number::Number;
use super::super::schema::TYPES;
use super::super::validate::duplicates;
use super::{KEYWORDS, Row, Shape};
use mkmanifests_go::regexp::Pattern;

/// The maximum number of values. Larger schemas are left to the metaschema, which counts its steps.
const MAX_VALUES: usize = 50_000;

/// Returns whether the metaschema of a draft surely accepts a schema. It may accept others too.
pub(in super::super) fn accepts(draft: Draft, schema: &Json) -> bool {
    Acceptance { draft, values: MAX_VALUES }.schema(schema)
}

/// Returns the kind of value of a keyword in a draft.
fn shape(draft: Draft, keyword: &str) -> Option<Shape> {
    static BY_NAME: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let mut rows = KEYWORDS.to_vec();
        rows.retain(|(_, vocabulary, ..)| *vocabulary != "format-assertion");
        rows.sort_unstable_by_key(|(name, ..)| *name);
        rows
    });
    let first = BY_NAME.partition_point(|(name, ..)| *name < keyword);
    let rows = BY_NAME.iter().skip(first).take_while(|(name, ..)| *name == keyword);
    let mut shapes = rows.filter(|(_, _, first, last, _)| (*first..=*last).contains(&draft)).map(|(.., shape)| *shape);
    shapes.next()
}

struct Acceptance {
    draft: Draft,
    /// How many more values may be visited.
    values: usize,
}

impl Acceptance {
    /// Counts values, and returns whether the limit allows them.
    fn counts(&mut self, values: usize) -> bool {
        let left = self.values.checked_sub(values);
        self.values = left.unwrap_or_default();
        left.is_some()
    }

    fn schema(&mut self, schema: &Json) -> bool {
        match schema {
            _ if !self.counts(1) => false,
            Json::Bool(_) => self.draft >= V6,
            Json::Map(map) => {
                let needs = |flag: &str, limit: &str| !map.contains_key(flag) || map.contains_key(limit);
                let is_complete =
                    self.draft > V4 || (needs("exclusiveMaximum", "maximum") && needs("exclusiveMinimum", "minimum"));
                is_complete && map.iter().all(|(name, value)| self.keyword(name, value))
            }
            _ => false,
        }
    }

    fn keyword(&mut self, name: &str, value: &Json) -> bool {
        self.counts(1) && shape(self.draft, name).is_none_or(|shape| self.fits(shape, value))
    }

    fn fits(&mut self, shape: Shape, value: &Json) -> bool {
        match (shape, value) {
            (Shape::AnyList, Json::List(items)) => self.counts(items.len()),
            (Shape::Any, _)
            | (Shape::Bool | Shape::BoolOrSchema, Json::Bool(_))
            | (Shape::Number, Json::Number(_))
            | (Shape::Text, Json::Text(_)) => true,
            (Shape::Count | Shape::CountFromZero, Json::Number(number)) => {
                number.is_integer() && *number >= Number::from(0_i64)
            }
            (Shape::Factor, Json::Number(number)) => *number > Number::from(0_i64),
            (Shape::Enum, Json::List(items)) => !items.is_empty() && duplicates(items).is_none(),
            (Shape::TextList, value) => self.texts(value),
            (Shape::TextListMap, Json::Map(map)) => map.values().all(|value| self.texts(value)),
            (Shape::Types, Json::List(items)) => {
                self.counts(1 + items.len())
                    && !items.is_empty()
                    && items.iter().all(is_type)
                    && duplicates(items).is_none()
            }
            (Shape::Types, value) => is_type(value),
            (Shape::Regex, Json::Text(text)) => Pattern::check(text).is_ok(),
            (Shape::Uri, Json::Text(text)) => is_format("uri", text),
            (Shape::UriReference, Json::Text(text)) => is_format("uri-reference", text),
            (Shape::Id, Json::Text(text)) => {
                is_format("uri-reference", text) && text.find('#').is_none_or(|at| at + 1 == text.len())
            }
            (Shape::Patterns, Json::Map(map)) => {
                map.iter().all(|(pattern, schema)| Pattern::check(pattern).is_ok() && self.schema(schema))
            }
            (Shape::Dependencies, Json::Map(map)) => map.values().all(|value| match value {
                Json::List(_) => self.texts(value),
                schema => self.schema(schema),
            }),
            (Shape::SchemaMap, Json::Map(map)) => map.values().all(|schema| self.schema(schema)),
            (Shape::SchemaList | Shape::SchemaOrList, Json::List(items)) => {
                !items.is_empty() && items.iter().all(|schema| self.schema(schema))
            }
            (Shape::Schema | Shape::SchemaOrList | Shape::BoolOrSchema, schema) => self.schema(schema),
            // What is rare: the metaschema says whether it is right.
            _ => false,
        }
    }

    fn texts(&mut self, value: &Json) -> bool {
        let Json::List(items) = value else { return false };
        let is_long_enough = self.draft > V4 || !items.is_empty();
        self.counts(1 + items.len())
            && is_long_enough
            && items.iter().all(|item| item.as_text().is_some())
            && duplicates(items).is_none()
    }
}

fn is_type(value: &Json) -> bool {
    value.as_text().is_some_and(|name| TYPES.contains(&name))
}

fn is_format(name: &str, text: &str) -> bool {
    format::find(name).is_some_and(|format| (format.check)(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::super::super::draft::Dialect;
    use super::super::super::read::read;
    use super::super::super::validate::Metaschema;
    use super::*;

    const DRAFTS: [Draft; 5] = [Draft::V4, Draft::V6, Draft::V7, Draft::V2019, Draft::V2020];

    /// Returns the schemas whose verdicts are recorded.
    fn recorded() -> Vec<Json> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../chart/tests/data/schema");
        let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
        let texts: Vec<String> = files.map(|path| std::fs::read_to_string(path).expect("text")).collect();
        let cases = texts.iter().flat_map(|text| text.lines()).map(|line| read(line.as_bytes()).expect("JSON"));
        cases.filter_map(|case| case.get("schema").cloned()).collect()
    }

    /// Returns the schema with each of its values replaced by another one, one at a time.
    fn changed(schema: &Json, others: &[Json]) -> Vec<Json> {
        let mut all = others.to_vec();
        match schema {
            Json::Map(map) => {
                for (name, value) in map {
                    let with = |value| Json::Map(map.clone().into_iter().chain([(name.clone(), value)]).collect());
                    all.extend(changed(value, others).into_iter().map(with));
                }
            }
            Json::List(items) => {
                for (index, value) in items.iter().enumerate() {
                    let with = |value| {
                        let other = |(at, item): (usize, &Json)| if at == index { &value } else { item }.clone();
                        Json::List(items.iter().enumerate().map(other).collect())
                    };
                    all.extend(changed(value, others).into_iter().map(with));
                }
            }
            _ => {}
        }
        all
    }

    #[test]
    fn nothing_is_accepted_that_the_metaschema_refuses() {
        let others = r##"[null, true, 1, -1, 0.5, "", "a#b", "(", "string", [], ["a", "a"], ["string"], [1], {}, [{}],
            {"a": 1}, {"(": true}, {"a": ["b"]}, {"exclusiveMinimum": true}, {"$ref": "#"}]"##;
        let others = read(others.as_bytes()).expect("JSON").as_list().expect("a list").to_vec();
        let (mut accepted, mut refused, mut left) = (0, 0, 0);
        for schema in recorded().iter().step_by(7).flat_map(|schema| changed(schema, &others)).step_by(8) {
            for draft in DRAFTS {
                let verdict = Metaschema::standard(&Dialect::of(draft)).validate(&schema);
                match (accepts(draft, &schema), verdict) {
                    (true, Err((report, _))) => panic!("{draft:?} {schema:?}\n{report}"),
                    (true, Ok(())) => accepted += 1,
                    (false, Err(_)) => refused += 1,
                    (false, Ok(())) => left += 1,
                }
            }
        }
        assert!(accepted > 3_000 && refused > 3_000, "{accepted} {refused}");
        assert!(left * 20 < accepted, "{left} of {accepted} are left to the metaschema");
    }
}
