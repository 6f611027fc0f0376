"""Validates configs of Ray Serve with Ray's own schema. Standard input has one text per line, as JSON."""
import json, sys, yaml
from ray.serve.schema import ServeDeploySchema

for line in sys.stdin:
    config = ServeDeploySchema.model_validate(yaml.safe_load(json.loads(line)))
    print(json.dumps([app.name for app in config.applications]))
