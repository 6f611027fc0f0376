//! The digest in `Chart.lock`, for random dependencies.

use mkmanifests_testing as common;

use super::twin::Twin;

/// A generator of pseudo-random numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((bits ^ (bits >> 31)) % end as u64).expect("below the end")
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Texts that JSON or YAML escapes, or reads as another type.
const TEXTS: &[&str] =
    &["a", "<b>", "a&b", "\"q\"", "back\\slash", "tab\\t", "é日本", "true", "1.0", "null", "\\u2028", "x y"];
const VALUES: &[&str] = &[
    "data",
    "{child: a, parent: b}",
    "{parent: z, child: y}",
    "1",
    "1.5",
    "1e30",
    "0.0000001",
    "true",
    "null",
    "[a, 1]",
    "{b: {d: 1, c: 2}, a: '<'}",
];

fn dependency(random: &mut Random, at: usize) -> String {
    let mut text =
        format!("- name: kept\n  alias: a{at}\n  version: '{}'\n", random.pick(&["0.1.0", "*", ">=0.0.1 <2", "^0.1"]));
    let mut optional = |line: String, random: &mut Random| {
        if random.below(2) == 0 {
            text.push_str(&line);
        }
    };
    let quoted = |random: &mut Random| format!("\"{}\"", random.pick(TEXTS).replace('\\', "\\\\").replace('"', "\\\""));
    let condition = format!("  condition: {}\n", quoted(random));
    optional(condition, random);
    let tags = format!("  tags: [{}, {}]\n", quoted(random), quoted(random));
    optional(tags, random);
    let values = format!("  import-values: [{}, {}]\n", random.pick(VALUES), random.pick(VALUES));
    optional(values, random);
    optional("  enabled: true\n".to_owned(), random);
    text
}

#[test]
fn digests_of_random_dependencies_are_those_of_helm() {
    let Some(twin) = Twin::new() else { return };
    let mut random = Random(common::seed(3));
    let mut wrong = Vec::new();
    for _ in 0..if common::is_full() { 200 } else { 40 } {
        twin.remove("app");
        twin.chart("app/charts/kept", "");
        let count = random.below(4);
        let dependencies: String = (0..count).map(|at| dependency(&mut random, at)).collect();
        let list = if count == 0 { "dependencies: []\n".to_owned() } else { format!("dependencies:\n{dependencies}") };
        twin.chart("app", &list);
        for command in ["dependency update app", "dependency build app"] {
            wrong.extend(twin.run(command).err().map(|report| format!("{list}{report}")));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}
