//! The rules about the files below `crds/`.

use std::fs;

use super::Linter;
use super::Severity::Error;
use super::objects;

const FOLDER: &str = "crds/";

pub(super) fn check(linter: &mut Linter) {
    let Ok(metadata) = fs::metadata(linter.folder.join("crds")) else { return };
    if !linter.require(Error, FOLDER, (!metadata.is_dir()).then(|| "not a directory".to_owned())) {
        return;
    }
    let chart = match linter.load() {
        Ok(loaded) => loaded.chart,
        Err(error) => return linter.push(Error, FOLDER, error),
    };
    for crd in chart.crds() {
        for object in objects::read(&crd.file.data) {
            let object = match object {
                Ok(object) => object,
                // Helm then lints no other file.
                Err(error) => return linter.push(Error, crd.file.name, format!("unable to parse YAML: {error}")),
            };
            let is_extension = object.api_version.starts_with("apiextensions.k8s.io");
            let text = (!is_extension).then(|| "apiVersion is not in 'apiextensions.k8s.io'".to_owned());
            linter.require(Error, &crd.file.name, text);
            let is_definition = object.kind == "CustomResourceDefinition";
            let text = (!is_definition).then(|| "object kind is not 'CustomResourceDefinition'".to_owned());
            linter.require(Error, &crd.file.name, text);
        }
    }
}
