//! Devices that pods claim, and those that drivers offer.

use serde_json::{Value, json};

use super::tells;

#[test]
fn claims() {
    let claim = |devices: Value| json!({"spec": {"devices": devices}});
    let request = json!({"name": "g", "exactly": {"deviceClassName": "gpu"}});
    let selected = |expression: &str| {
        claim(
            json!({"requests": [{"name": "g", "exactly": {"deviceClassName": "gpu", "selectors": [{"cel": {"expression": expression}}]}}]}),
        )
    };
    tells(
        "resource.k8s.io/v1",
        "ResourceClaim",
        &[
            (claim(json!({"requests": [request]})), ""),
            (selected("device.driver == 'a' && device.attributes['a'].model == 'b'"), ""),
            (selected("cel.bind(dra, device.attributes['a.b'], dra.fast && dra.cores > 2)"), ""),
            (selected("device.capacity['a.b'].memory.isGreaterThan(quantity('1Gi'))"), ""),
            (selected("device.attributes['a.b'].fast"), ""),
            (
                selected("device.capacity['a.b'].memory > 1"),
                "spec.devices.requests[0].exactly.selectors[0].cel.expression",
            ),
            (selected("device.nope"), "spec.devices.requests[0].exactly.selectors[0].cel.expression"),
            (
                claim(json!({"requests": [request], "constraints": [{"requests": ["x"], "matchAttribute": "a.b/c"}]})),
                "spec.devices.constraints[0].requests[0]",
            ),
            (
                claim(json!({"requests": [request], "constraints": [{"matchAttribute": "c"}]})),
                "spec.devices.constraints[0].matchAttribute",
            ),
            (
                claim(json!({"requests": [request], "config": [{"opaque": {"driver": "a", "parameters": []}}]})),
                "spec.devices.config[0].opaque.parameters",
            ),
            (
                claim(
                    json!({"requests": [{"name": "g", "exactly": {"deviceClassName": "gpu", "allocationMode": "All", "count": 1}}]}),
                ),
                "spec.devices.requests[0].exactly.count",
            ),
        ],
    );
    tells(
        "resource.k8s.io/v1",
        "ResourceClaimTemplate",
        &[(
            json!({"spec": {"metadata": {"name": "a"}, "spec": {"devices": {"requests": [request]}}}}),
            "spec.metadata.name",
        )],
    );
}

fn slice(spec: Value) -> Value {
    let pool = json!({"name": "n1", "generation": 1, "resourceSliceCount": 1});
    let mut slice = json!({"driver": "gpu.example.com", "nodeName": "n1", "pool": pool});
    slice.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    slice.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    json!({"metadata": {"name": "gpus"}, "spec": slice})
}

fn device(fields: Value) -> Value {
    let mut device = json!({"name": "a"});
    device.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    slice(json!({"devices": [device]}))
}

#[test]
fn slices() {
    let set = |name: &str| json!({"name": name, "counters": {"memory": {"value": "1Gi"}}});
    let consumed = json!([{"counterSet": "a", "counters": {"memory": {"value": "1Gi"}}}]);
    let many = |count: usize, device: Value| -> Vec<Value> {
        let named = |index| {
            let mut device = device.clone();
            device["name"] = json!(format!("d{index}"));
            device
        };
        (0..count).map(named).collect()
    };
    let counters: serde_json::Map<String, Value> =
        (0..33).map(|index| (format!("c{index}"), json!({"value": "1"}))).collect();
    tells(
        "resource.k8s.io/v1",
        "ResourceSlice",
        &[
            (slice(json!({"sharedCounters": [set("a"), set("b")]})), ""),
            (slice(json!({"sharedCounters": [set("a"), set("a")]})), "spec.sharedCounters[1]"),
            (slice(json!({"sharedCounters": [set("A")]})), "spec.sharedCounters[0].name"),
            (slice(json!({"sharedCounters": [{"name": "a", "counters": {}}]})), "spec.sharedCounters[0].counters"),
            (
                slice(json!({"sharedCounters": [{"name": "a", "counters": counters}]})),
                "spec.sharedCounters[0].counters",
            ),
            (slice(json!({"sharedCounters": many(9, set("a"))})), "spec.sharedCounters"),
            (slice(json!({"sharedCounters": [set("a")], "devices": [{"name": "a"}]})), "spec"),
            (device(json!({"consumesCounters": consumed})), ""),
            (
                device(json!({"consumesCounters": [{"counterSet": "a", "counters": {"M": {"value": "1"}}}]})),
                "spec.devices[0].consumesCounters[0].counters",
            ),
            (slice(json!({"devices": many(65, json!({}))})), ""),
            (slice(json!({"devices": many(65, json!({"consumesCounters": consumed}))})), "spec.devices"),
            (slice(json!({"nodeName": "", "allNodes": true})), "spec.nodeName"),
            (slice(json!({"perDeviceNodeSelection": false})), "spec.perDeviceNodeSelection"),
            (device(json!({"nodeName": "n1"})), "spec.devices[0]"),
            (device(json!({"attributes": {"Example.com/model": {"string": "a"}}})), ""),
            (device(json!({"bindingConditions": ["a"]})), "spec.devices[0].bindingFailureConditions"),
            (
                device(json!({"bindingConditions": ["a"], "bindingFailureConditions": ["a"]})),
                "spec.devices[0].bindingFailureConditions[0]",
            ),
        ],
    );
}

#[test]
fn nodes_of_each_device() {
    let by_device =
        |device: Value| slice(json!({"nodeName": null, "perDeviceNodeSelection": true, "devices": [device]}));
    tells(
        "resource.k8s.io/v1",
        "ResourceSlice",
        &[
            (by_device(json!({"name": "a", "nodeName": "n1"})), ""),
            (by_device(json!({"name": "a", "allNodes": true})), ""),
            (by_device(json!({"name": "a"})), "spec.devices[0]"),
            (by_device(json!({"name": "a", "nodeName": "n1", "allNodes": true})), "spec.devices[0]"),
            (by_device(json!({"name": "a", "nodeName": "N_1"})), "spec.devices[0].nodeName"),
        ],
    );
}

#[test]
fn request_policies() {
    let shared = |policy: Value| {
        let capacity = json!({"memory": {"value": "10Gi", "requestPolicy": policy}});
        device(json!({"allowMultipleAllocations": true, "capacity": capacity}))
    };
    let alone = json!({"capacity": {"memory": {"value": "1Gi", "requestPolicy": {"default": "1Gi"}}}});
    let at = |field: &str| format!("spec.devices[0].capacity[memory].requestPolicy{field}");
    let cases = [
        (shared(json!({"default": "1Gi"})), String::new()),
        (shared(json!({"default": "1Gi", "validValues": ["1Gi", "2Gi"]})), String::new()),
        (shared(json!({"default": "2Gi", "validRange": {"min": "1Gi", "max": "4Gi", "step": "1Gi"}})), String::new()),
        (device(alone), at("")),
        (shared(json!({"default": "1Gi", "validValues": ["1Gi"], "validRange": {"min": "1Gi"}})), at("")),
        (shared(json!({"validValues": ["1Gi"]})), at(".default")),
        (shared(json!({"default": "3Gi", "validValues": ["1Gi"]})), at(".validValues")),
        (shared(json!({"default": "1Gi", "validValues": ["2Gi", "1Gi"]})), at(".validValues[1]")),
        (shared(json!({"default": "1Gi", "validValues": ["1Gi", "1024Mi"]})), at(".validValues[1]")),
        (shared(json!({"default": "1Gi", "validValues": ["1Gi", "11Gi"]})), at(".validValues[1]")),
        (shared(json!({"validRange": {"min": "1Gi"}})), at(".default")),
        (shared(json!({"default": "1Gi", "validRange": {"min": "2Gi"}})), at(".validRange.default")),
        (shared(json!({"default": "5Gi", "validRange": {"min": "1Gi", "max": "4Gi"}})), at(".validRange.default")),
        (shared(json!({"default": "1Gi", "validRange": {"min": "1Gi", "max": "11Gi"}})), at(".validRange.max")),
        (shared(json!({"default": "1Gi", "validRange": {"min": "1Gi", "step": "0"}})), at(".validRange.step")),
        (shared(json!({"default": "2Gi", "validRange": {"min": "1Gi", "step": "3Gi"}})), at(".validRange.step")),
    ];
    for (object, field) in cases {
        tells("resource.k8s.io/v1", "ResourceSlice", &[(object, field.as_str())]);
    }
}
