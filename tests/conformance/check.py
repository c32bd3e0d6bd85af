"""Runs every check of scim2-tester against a SCIM server and prints one JSON object a line for each result.

    check.py BASE_URL < credentials

The first line of the standard input is what goes behind `Authorization: `. A line has `resource_type` (null for what is about
the whole server), `check`, `status` (of scim2_tester.Status) and `reason`.

Answers are held to the schemas strictly, but for the service provider's configuration: it has two blocks that no RFC defines
and that clients ask for.

The checks make resources with random values. Two things nobody can make up are looked up first:

* What users can hold is the application's to say. A resource type without an attribute that a client may write is a catalogue;
  its first item is the example for the assignments that name it, and the first user that of a group's members.
* Where a check wants a new resource of such a catalogue, it gets the first item.
"""

import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import Mutability, Path, ScimPolicy, ScimProvider, ServiceProviderConfig
from scim2_tester import Status, check_server, checkers
from scim2_tester.utils import CheckConfig, CheckContext, ResourceManager

# The attribute of a user that has the assignments, by the schema of a catalogue's items.
ASSIGNMENTS = {
    "urn:okta:scim:schemas:core:1.0:Role": "roles",
    "urn:okta:scim:schemas:core:1.0:Entitlement": "entitlements",
}

# What can be checked of resources that nobody can make, change or delete.
OF_CATALOGUES = [checkers.object_query, checkers.object_query_without_id]


class Scim(SyncSCIMClient):
    """Lets the service provider's configuration have further members.

    Several catalogues may have items of one schema; which one is meant by a model is `catalogue`.
    """

    catalogue = None

    def query(self, target=None, *args, **kwargs):
        if self.catalogue and target is self.provider.model_for(self.catalogue):
            target = self.catalogue
        if target is not ServiceProviderConfig:
            return super().query(target, *args, **kwargs)
        strict = self.provider
        tolerant = ScimPolicy(unknown=ScimPolicy.Unknown.ignore)
        self.provider = ScimProvider(strict.models, strict.resource_types, strict.config, tolerant)
        try:
            return super().query(target, *args, **kwargs)
        finally:
            self.provider = strict


class Catalogue(ResourceManager):
    """Gives the first item instead of making one."""

    def create_and_register(self, model, fill_all=False):
        return self.context.client.query(model).resources[0]


def main(base_url):
    authorization = sys.stdin.readline().rstrip("\n")
    headers = {"Authorization": authorization}
    with Client(base_url=base_url, headers=headers, timeout=120) as http:
        scim = Scim(http)
        scim.discover()
        provider = scim.provider
        catalogues = [it for it in provider.resource_types if not writable(provider.model_for(it))]
        for resource_type in catalogues:
            show_an_assignment(scim, resource_type)
        show_a_member(scim)

        others = [it.name for it in provider.resource_types if it not in catalogues]
        # The same models, so that the examples are known; everything else is as the server publishes it.
        scim.provider = ScimProvider(provider.models, provider.resource_types)
        for result in check_server(scim, resource_types=others):
            report(result)
        for resource_type in catalogues:
            scim.catalogue = resource_type
            context = CheckContext(scim, CheckConfig())
            context.resource_manager = Catalogue(context)
            model = scim.provider.model_for(resource_type)
            for check in OF_CATALOGUES:
                for result in check(context, model):
                    result.resource_type = resource_type.name
                    report(result)


def writable(model):
    """Whether a client may write an attribute that the schema itself has."""
    paths = Path[model].iter_paths(mutability=[Mutability.read_write, Mutability.write_only, Mutability.immutable])
    # Every resource may have one (RFC 7643 §3.1), and so it is in no schema.
    return any(str(path).rsplit(":", 1)[-1] != "externalId" for path in paths)


def show_an_assignment(scim, resource_type):
    attribute = ASSIGNMENTS.get(resource_type.schema_)
    items = scim.query(resource_type).resources
    if attribute and items:
        known = {"value": items[0].id, "display": items[0].display_name, "type": resource_type.name}
        show(scim.get_resource_model("User"), attribute, known)


def show_a_member(scim):
    group = scim.get_resource_model("Group")
    if group is None or "members" not in group.model_fields:
        return
    user = scim.query("User").resources[0]
    known = {"value": user.id, "ref": user.meta.location, "type": "User", "display": user.user_name}
    show(group, "members", known)


def show(model, attribute, known):
    """Makes an element the example of an attribute, as the server shows it."""
    element = model.get_field_root_type(attribute)
    if element is None or model.model_fields[attribute].examples:
        return
    known = {name: value for name, value in known.items() if name in element.model_fields}
    model.model_fields[attribute].examples = [element(**known)]
    for name, value in known.items():
        element.model_fields[name].examples = [value]


def report(result):
    line = {
        "resource_type": result.resource_type,
        "check": result.title,
        "status": result.status.name,
        "reason": result.reason,
    }
    if result.status in (Status.ERROR, Status.CRITICAL):
        line["data"] = repr(result.data)
    print(json.dumps(line, ensure_ascii=False), flush=True)


main(*sys.argv[1:])
