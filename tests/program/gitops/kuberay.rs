//! The example fleet with the real chart of the KubeRay operator, which is not in this repository.

use std::os::unix::fs::symlink;

use mkmanifests_testing as common;

use super::support::{Fleet, files, run};

#[test]
fn the_sandbox_renders_the_operator_before_its_clusters() {
    let Some(kuberay) = common::kuberay() else { return };
    let fleet = Fleet::empty();
    for (path, text) in files(&common::root().join("values/sandbox")) {
        fleet.put_bytes(&path, &text);
    }
    symlink(kuberay.join("helm-chart"), fleet.root().join("../charts")).expect("a link");
    let done = fleet.write(&[]);
    assert_eq!(done.code, 0, "{}", done.stderr);

    let tree = files(&fleet.tree());
    let text = |path: &str| String::from_utf8_lossy(&tree[&format!("us-west-2/sandbox/{path}")]).into_owned();
    for kind in ["rayclusters", "raycronjobs", "rayjobs", "rayservices"] {
        assert!(text("crds/kustomization.yaml").contains(&format!("{kind}.ray.io")), "{kind}");
    }
    assert!(text("namespaces/kustomization.yaml").contains("namespace-kuberay-system.yaml"));
    let operator = text("kuberay-operator/deployment-kuberay-operator.yaml");
    assert!(operator.contains("--feature-gates=RayCronJob=true"), "{operator}");
    assert!(operator.contains("quay.io/kuberay/operator:v1.7.0"), "{operator}");

    // With the definitions, which would refuse what our own rules do not, and the gates of the operator.
    let checked = run(&["check", &fleet.tree().display().to_string(), "-q"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
}
