//! Prints diagnostics as workflow commands, which GitHub shows as annotations of a pull request.
//!
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-an-error-message>

use super::{Checked, level, whole};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

/// Returns one workflow command per diagnostic and per failure, each on its own line. Skipped diagnostics are left out.
pub fn github(checked: Checked<'_>) -> String {
    let diagnostics = checked.counted().map(|found| &found.diagnostic);
    diagnostics.chain(checked.failures).map(|diagnostic| command(diagnostic, checked.sources)).collect()
}

fn command(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut properties = Vec::new();
    if let Some(source) = sources.get(diagnostic.location.source) {
        properties.push(format!("file={}", property(&source.name)));
        properties.push(format!("line={}", diagnostic.location.line));
        properties.push(format!("col={}", diagnostic.location.column));
    }
    properties.push(format!("title={}", property(diagnostic.code().id())));
    format!("::{} {}::{}\n", level(diagnostic), properties.join(","), message(&whole(diagnostic)))
}

/// Escapes a message like `escapeData` of GitHub's toolkit.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property like `escapeProperty` of GitHub's toolkit.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::command;
    use mkmanifests_yaml::diagnostic::{Code, Diagnostic, Location, Sources, ValueCode};

    #[test]
    fn special_characters_are_escaped() {
        let mut sources = Sources::default();
        let location = Location::new(sources.add("a,b:c.yaml", "x"), 1, 2);
        let diagnostic = Diagnostic::error(Code::Rule("some-rule"), "100 %\nof it").at(location).help("less");
        assert_eq!(
            command(&diagnostic, &sources),
            "::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=some-rule::100 %25%0Aof it%0Ahelp: less\n"
        );
        assert_eq!(
            command(&Diagnostic::warning(ValueCode::Suspicious, "a: b, c"), &sources),
            "::warning title=value/suspicious::a: b, c\n"
        );
    }
}
