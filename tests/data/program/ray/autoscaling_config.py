"""Reads RayClusters as Ray's autoscaler does, and prints what it understands: groups, limits, resources and labels.

Standard input has one object per line, as the API server returns them.
"""
import json, sys
from ray.autoscaler._private.kuberay.autoscaling_config import _derive_autoscaling_config_from_ray_cr as read

for line in sys.stdin:
    cluster = json.loads(line)
    config = read(cluster)
    kept = ("min_workers", "max_workers", "resources", "labels", "idle_timeout_s", "priority")
    groups = {
        name: {key: group[key] for key in kept if group.get(key) not in (None, {})}
        for name, group in config["available_node_types"].items()
    }
    answer = {"groups": groups, "idle_timeout_minutes": config["idle_timeout_minutes"],
              "upscaling_speed": config["upscaling_speed"], "max_workers": config["max_workers"]}
    print(json.dumps(answer, sort_keys=True))
