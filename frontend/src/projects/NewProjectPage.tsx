import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { byField } from "../api/problem";
import type { components } from "../api/schema";
import { refreshSession, useSignedIn } from "../api/session";
import { Notice } from "../ui/Badge";
import { Button, LinkButton } from "../ui/Button";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { ErrorState } from "../ui/States";
import { TextArea, TextField } from "../ui/fields";
import { slugOf } from "./slug";

type Project = components["schemas"]["ProjectDocument"];

const CRUMBS = [{ label: "Projects", href: "/projects" }, { label: "New project" }];

export default function NewProjectPage() {
  const { user } = useSignedIn();
  return (
    <>
      <PageHeader title="New project" crumbs={CRUMBS} lead="You become its lead and invite the others." />
      {user.may_create_projects || user.is_admin ? (
        <Panel>
          <NewProjectForm />
        </Panel>
      ) : (
        <Notice tone="warn" title="You may not create projects">
          Ask an administrator to allow it, or to make the project for you.
        </Notice>
      )}
    </>
  );
}

function NewProjectForm() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const [slug, setSlug] = useState<string | null>(null);
  const [description, setDescription] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const errors = byField(error);
  const shown = slug ?? slugOf(name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const made = await api.post<Project>("/projects", { name: name.trim(), slug: shown, description });
      await Promise.all([client.invalidateQueries({ queryKey: keys.projects }), refreshSession()]);
      go(`/projects/${made.slug}/people`);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      {error !== null && Object.keys(errors).length === 0 && <ErrorState error={error} />}
      <TextField
        label="Name"
        value={name}
        maxLength={120}
        required
        onChange={setName}
        error={errors["name"]}
        hint="Such as “Product photos spring”."
      />
      <TextField
        label="Short name"
        value={shown}
        maxLength={80}
        onChange={setSlug}
        error={errors["slug"]}
        hint="Stands in addresses and commands; it cannot be changed later. Letters a to z, digits, hyphens."
      />
      <TextArea
        label="Description"
        isOptional
        rows={3}
        maxLength={2000}
        value={description}
        onChange={setDescription}
        error={errors["description"]}
      />
      <div className="form-actions">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Create project
        </Button>
        <LinkButton href="/projects">Cancel</LinkButton>
      </div>
    </form>
  );
}
