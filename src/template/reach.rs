//! What a template could have meant: an undefined name held against the values in reach.

use crate::problem::{Problem, nearest};
use crate::tree::Node;

/// More keys than this are not listed.
const MOST_KEYS: usize = 20;

const OPTIONAL: &str = "if it may be missing: `| default(...)`, or in a condition `is defined`";

/// The variables that every template has.
pub(super) type Roots<'a> = [(&'static str, &'a Node); 2];

/// The expression that the engine says is undefined, in its "`values.x` is undefined".
pub(super) fn undefined(detail: &str) -> Option<&str> {
    let end = detail.find("` is undefined")?;
    let start = detail.get(..end)?.rfind('`')?;
    detail.get(start + 1..end)
}

/// Adds the nearest name, or the names that there are, and where they were written.
pub(super) fn explain(expression: &str, roots: &Roots<'_>, problem: Problem) -> Problem {
    let mut problem = Problem { message: format!("`{expression}` is undefined"), ..problem };
    let Some(steps) = steps(expression) else { return problem };
    let Some((first, rest)) = steps.split_first() else { return problem };
    let Some((_, root)) = roots.iter().find(|(name, _)| name == first) else {
        return match rest.last() {
            // The engine names the first part that is missing: what is before it is there.
            Some(key) => problem.help(format!("`{}` has no `{key}`", before_last(expression))).help(OPTIONAL),
            None => explain_variable(first, roots, problem),
        };
    };
    let (mut node, mut path) = (*root, (*first).to_owned());
    for step in rest {
        match node.find([*step]) {
            Some(child) => {
                node = child;
                path = format!("{path}.{step}");
            }
            None => {
                problem = explain_key(&path, node, step, problem);
                break;
            }
        }
    }
    problem
}

fn explain_variable(name: &str, roots: &Roots<'_>, problem: Problem) -> Problem {
    for (root, node) in roots {
        if node.get(name).is_some() {
            return problem.help(format!("did you mean `{root}.{name}`?"));
        }
    }
    if let Some(why) = super::functions::absent(name) {
        return problem.help(why);
    }
    match nearest(name, roots.iter().map(|(root, _)| *root)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("in reach are `values` and `release`, and what the template sets itself"),
    }
}

fn explain_key(path: &str, node: &Node, key: &str, problem: Problem) -> Problem {
    let Some(map) = node.as_map() else {
        return problem.help(format!("`{path}` is {}", node.describe())).related(node.place, "it is set here");
    };
    let keys: Vec<&str> = map.entries().iter().map(|entry| entry.key.as_ref()).collect();
    if let Some(near) = nearest(key, keys.iter().copied()) {
        let problem = problem.help(format!("did you mean `{path}.{near}`?"));
        return match map.entry(near) {
            Some(entry) if entry.place.is_known() => problem.related(entry.place, "this is set"),
            _ => problem,
        };
    }
    if keys.is_empty() {
        return problem.help(format!("`{path}` is empty")).help(OPTIONAL);
    }
    let more = if keys.len() > MOST_KEYS { ", ..." } else { "" };
    let listed: Vec<String> = keys.iter().take(MOST_KEYS).map(|key| format!("`{key}`")).collect();
    problem.help(format!("`{path}` has {}{more}", listed.join(", "))).help(OPTIONAL)
}

fn before_last(expression: &str) -> &str {
    expression.rfind(['.', '[']).and_then(|end| expression.get(..end)).unwrap_or(expression)
}

/// `values.image["tag"]` as its steps; `None` if it is more than a path of names.
fn steps(expression: &str) -> Option<Vec<&str>> {
    let mut steps = Vec::new();
    let mut rest = expression;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"").or_else(|| rest.strip_prefix(".[\"")) {
            let (key, after) = quoted.split_once("\"]")?;
            steps.push(key);
            rest = after;
        } else if let Some(indexed) = rest.strip_prefix('[') {
            let (index, after) = indexed.split_once(']')?;
            steps.push(index);
            rest = after;
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() || name.starts_with('(') {
                return None;
            }
            steps.push(name);
            rest = after;
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_has_steps() {
        assert_eq!(steps("values.a[0][\"b.c\"].d"), Some(vec!["values", "a", "0", "b.c", "d"]));
        assert_eq!(steps("(...).d"), None);
        assert_eq!(undefined("cannot convert it (`values.a` is undefined, from line 3)"), Some("values.a"));
        assert_eq!(undefined("nothing"), None);
    }
}
