//! Counts agreement by kind and by class of mistake.

use std::collections::BTreeMap;
use std::fmt;

use super::case::Case;
use super::field::reports_same_field;

#[derive(Default, Clone, Copy)]
struct Score {
    refused: usize,
    found: usize,
    /// Refused objects for which the server reports a field, and how many of them the checks report at the same field.
    named: usize,
    same: usize,
    accepted: usize,
    false_alarms: usize,
}

impl Score {
    fn differs(&self) -> bool {
        self.found < self.refused || self.same < self.named || self.false_alarms > 0
    }
}

#[derive(Default)]
pub struct Scores {
    kinds: BTreeMap<String, Score>,
    classes: BTreeMap<String, Score>,
    differing: Vec<String>,
    misses: Vec<String>,
}

impl Scores {
    pub fn add(&mut self, case: &Case) {
        let diagnostics = case.diagnostics();
        let found = diagnostics.iter().any(|diagnostic| !diagnostic.is_warning());
        let agreed = reports_same_field(case, &diagnostics);
        let kind = self.kinds.entry(case.kind().to_owned()).or_default();
        let class = self.classes.entry(case.class().to_owned()).or_default();
        for score in [kind, class] {
            score.refused += usize::from(case.is_refused());
            score.found += usize::from(case.is_refused() && found);
            score.named += usize::from(case.is_refused() && agreed.is_some());
            score.same += usize::from(case.is_refused() && agreed == Some(true));
            score.accepted += usize::from(!case.is_refused());
            score.false_alarms += usize::from(!case.is_refused() && found);
        }
        let what = match (case.is_refused(), found, agreed) {
            (true, false, _) => "missed",
            (true, true, Some(false)) => "other field",
            (false, true, _) => "false alarm",
            _ => return,
        };
        self.differing.push(case.id.clone());
        let messages: Vec<_> = diagnostics.iter().map(|diagnostic| format!("\n    {}", diagnostic.message())).collect();
        let message = &case.message;
        self.misses.push(format!("{} {} {what}: {message}{}\n", case.id, case.class(), messages.concat()));
    }

    /// Returns the ids of the cases on which the checks and the server differ.
    pub fn into_differing(self) -> Vec<String> {
        self.differing
    }
}

fn sum<'s>(scores: impl Iterator<Item = &'s Score>) -> Score {
    scores.fold(Score::default(), |sum, score| Score {
        refused: sum.refused + score.refused,
        found: sum.found + score.found,
        named: sum.named + score.named,
        same: sum.same + score.same,
        accepted: sum.accepted + score.accepted,
        false_alarms: sum.false_alarms + score.false_alarms,
    })
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        table(f, "kind", &self.kinds, |_| true)?;
        writeln!(f, "\nClasses that differ:\n")?;
        table(f, "class", &self.classes, Score::differs)?;
        let mutations = self.classes.iter().filter(|(class, _)| class.starts_with("mut-")).map(|(_, score)| score);
        line(f, "all mutations", &sum(mutations))?;
        line(f, "all", &sum(self.kinds.values()))?;
        self.misses.iter().try_for_each(|miss| f.write_str(miss))
    }
}

fn table(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    scores: &BTreeMap<String, Score>,
    is_shown: impl Fn(&Score) -> bool,
) -> fmt::Result {
    writeln!(f, "{what:40} {:>15} {:>15} {:>15}", "refused", "same field", "false alarms")?;
    scores.iter().filter(|(_, score)| is_shown(score)).try_for_each(|(name, score)| line(f, name, score))
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, score: &Score) -> fmt::Result {
    let of = |part: usize, whole: usize| format!("{part}/{whole} {:5.1}", percent(part, whole));
    let alarms = format!("{}/{}", score.false_alarms, score.accepted);
    writeln!(f, "{name:40} {:>15} {:>15} {alarms:>15}", of(score.found, score.refused), of(score.same, score.named))
}
