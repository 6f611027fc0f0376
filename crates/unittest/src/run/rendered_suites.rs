//! Suites that a chart renders (`--chart-tests-path`).

use std::path::Path;

use mkmanifests_chart::release::Release;
use mkmanifests_chart::{Capabilities, ChartRenderer, Setting, load};
use mkmanifests_gotmpl::Map;
use mkmanifests_yaml::diagnostic::{Sources, io_reason};

use super::{Options, charts, files, matrix};
use crate::path;
use crate::render::{KubeNumbers, helm_version};
use crate::suite::{self, Suite};

/// Renders the chart in a folder, and reads its files as suites.
///
/// # Errors
/// A folder that is not a chart, and files that are not suites.
pub(super) fn read(
    folder: &str,
    kube: &KubeNumbers,
    read_options: &suite::Options<'_>,
    options: &Options,
) -> Result<Vec<Suite>, String> {
    let file = path::join(&[folder, "Chart.yaml"]);
    std::fs::metadata(&file).map_err(|error| format!("stat {file}: {}", io_reason(&error)))?;
    let loaded = load(Path::new(folder), &mut Sources::default()).map_err(|why| charts::load_error(&why))?;
    let renderer = ChartRenderer::new(loaded.chart, options.helm);
    let setting = Setting {
        release: Release { is_unreleased: true, ..Release::named("TEST-SUITE-RELEASE", "NAMESPACE") },
        revision: 1,
        capabilities: Capabilities {
            kube_version: kube.version(),
            helm_version: helm_version(options.helm.release()),
            ..Capabilities::of(options.helm.release())
        },
        skip_schema: false,
    };
    let values = renderer.values(&Map::new(), setting)?;
    let chart = values.chart.name().to_owned();
    let mut rendered = renderer.render(&values, None).map_err(|error| error.text)?;
    rendered.sort_by(|a, b| a.path.cmp(&b.path));
    let (mut suites, mut errors) = (Vec::new(), Vec::new());
    for output in rendered {
        let template = &output.path;
        let nothing = format!("test suite template ({template}) file did not render a manifest");
        if output.text.trim().is_empty() {
            errors.push(nothing);
            continue;
        }
        let file = files::relative(&path::join(&[folder, &template.replacen(&chart, "", 1)]));
        match suite::read(&file, &output.text, &mut Sources::default(), read_options) {
            Ok(read) if read.suites.is_empty() => errors.push(nothing),
            Ok(read) => {
                for suite in read.suites {
                    match matrix::expand(suite, &options.kube_versions) {
                        Ok(suite) => suites.push(suite),
                        Err(why) => errors.push(format!("test suite template ({template}) error: {}", why.message())),
                    }
                }
            }
            Err(why) => {
                let suite::ReadError { part, message, .. } = *why;
                errors.push(format!("test suite template ({template}) error: chart {part} error: {message}"));
            }
        }
    }
    if errors.is_empty() { Ok(suites) } else { Err(errors.join("\n")) }
}
