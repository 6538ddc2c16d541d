import { useEffect, useState } from "react";
import type { components } from "../api/schema";
import { SelectField, TextField, type Option } from "../ui/fields";
import { formatCount } from "../ui/format";
import type { FilterName, ImageFilter } from "./filters";

type Facets = components["schemas"]["FacetsDocument"];
type FacetName = "generator" | "model_version" | "source_group" | "import_run";

const FACETS: readonly (readonly [FacetName, string])[] = [
  ["generator", "Generator"],
  ["model_version", "Model version"],
  ["source_group", "Source group"],
  ["import_run", "Import"],
];

interface FilterBarProps {
  filter: ImageFilter;
  facets: Facets | undefined;
  onChange: (name: FilterName, value: string) => void;
}

/** Filters by generation record; fields of which the project knows no value are left out. */
export function FilterBar({ filter, facets, onChange }: FilterBarProps) {
  return (
    <div className="image-filters" role="search" aria-label="Filter images">
      <Search value={filter.text} onChange={(value) => onChange("text", value)} />
      {FACETS.filter(([name]) => (facets?.[name].length ?? 0) > 0 || filter[name] !== "").map(
        ([name, label]) => (
          <SelectField
            key={name}
            label={label}
            required={false}
            options={optionsOf(facets?.[name] ?? [], filter[name])}
            value={filter[name]}
            onChange={(value) => onChange(name, value)}
          />
        ),
      )}
      <SelectField
        label="Prompt"
        options={[
          { value: "", label: "With or without" },
          { value: "true", label: `With prompt${facets ? ` (${formatCount(facets.with_prompt)})` : ""}` },
          { value: "false", label: "Without prompt" },
        ]}
        value={filter.has_prompt}
        onChange={(value) => onChange("has_prompt", value)}
      />
      {(facets?.with_reference ?? 0) > 0 && (
        <SelectField
          label="Reference"
          options={[
            { value: "", label: "With or without" },
            { value: "true", label: `With reference (${formatCount(facets?.with_reference)})` },
            { value: "false", label: "Without reference" },
          ]}
          value={filter.has_reference}
          onChange={(value) => onChange("has_reference", value)}
        />
      )}
      <TextField
        label="Came in from"
        type="date"
        value={filter.created_after}
        onChange={(value) => onChange("created_after", value)}
      />
      <TextField
        label="to"
        type="date"
        value={filter.created_before}
        onChange={(value) => onChange("created_before", value)}
      />
    </div>
  );
}

function optionsOf(values: Facets[FacetName], chosen: string): Option[] {
  const known = values.map((one) => ({
    value: one.value,
    label: `${one.label} (${formatCount(one.images)})`,
  }));
  const isKnown = chosen === "" || values.some((one) => one.value === chosen);
  return [{ value: "", label: "Any" }, ...known, ...(isKnown ? [] : [{ value: chosen, label: chosen }])];
}

const PAUSE_MS = 350;

function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const [before, setBefore] = useState(value);
  if (value !== before) {
    setBefore(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <TextField
      label="Search"
      type="search"
      placeholder="Prompt, name, id"
      required={false}
      maxLength={300}
      value={text}
      onChange={setText}
    />
  );
}
