import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { ProblemError } from "../src/api/problem";
import { Bars } from "../src/charts/Bars";
import { ForestPlot } from "../src/charts/ForestPlot";
import { LineBand } from "../src/charts/LineBand";
import { Matrix } from "../src/charts/Matrix";
import "../src/styles/index.css";
import { Badge, Notice } from "../src/ui/Badge";
import { Button, LinkButton } from "../src/ui/Button";
import { ConfirmDialog } from "../src/ui/ConfirmDialog";
import { ComboField } from "../src/ui/ComboField";
import { Checkbox, RadioGroup, SelectField, TextArea, TextField } from "../src/ui/fields";
import { FileDrop } from "../src/ui/FileDrop";
import { formatShare } from "../src/ui/format";
import { Gallery } from "../src/ui/Gallery";
import { Lightbox } from "../src/ui/Lightbox";
import { Menu } from "../src/ui/Menu";
import { NumberField } from "../src/ui/NumberField";
import { PageHeader } from "../src/ui/PageHeader";
import { Pagination } from "../src/ui/Pagination";
import { Facts, Panel } from "../src/ui/Panel";
import { ProgressBar } from "../src/ui/ProgressBar";
import { Stat, Stats } from "../src/ui/Stat";
import { EmptyState, ErrorState, Skeleton } from "../src/ui/States";
import { Table, type Sort } from "../src/ui/Table";
import { Tabs } from "../src/ui/Tabs";
import { ToastProvider, useToast } from "../src/ui/Toast";
import { Tooltip } from "../src/ui/Tooltip";
import { DEFECTS, PICTURE } from "./samples";

function Kit() {
  const toast = useToast();
  const [sort, setSort] = useState<Sort>({ by: "n", descending: true });
  const [text, setText] = useState("Autumn faces");
  const [number, setNumber] = useState<number | null>(3);
  const [choice, setChoice] = useState<string>("majority");
  const [combo, setCombo] = useState<string | null>(null);
  const [isOn, setOn] = useState(true);
  const [isAsking, setAsking] = useState(false);
  const [open, setOpen] = useState<number | null>(null);
  const pictures = Array.from({ length: 48 }, (_, place) => ({
    key: String(place),
    thumbnail: place === 3 ? null : PICTURE,
    name: `Image ${place + 1}`,
    caption: <span className="clip">face-{place + 1}.png</span>,
  }));
  return (
    <>
      <PageHeader
        title="Autumn faces"
        lead="Production campaign on 2,940 Images with Version 3.2, three Annotations per Item."
        crumbs={[{ label: "Faces", href: "/" }, { label: "Campaigns", href: "/" }, { label: "Autumn faces" }]}
        actions={
          <>
            <Button>Pause</Button>
            <LinkButton href="/" kind="primary">
              Agreement report
            </LinkButton>
          </>
        }
      />
      <Stats>
        <Stat
          label="Items answered"
          value={1840}
          format={(value) => value.toLocaleString("en")}
          reason="of 2,940; about 4 days left"
        />
        <Stat
          label="Krippendorff's alpha"
          value={0.713}
          interval={[0.66, 0.76]}
          n={2940}
          of="Items"
          link={<a href="#x">Images behind it</a>}
        />
        <Stat label="Defect rate" value={0.214} format={formatShare} interval={[0.2, 0.229]} n={2940} />
        <Stat label="Miss rate, Halo edge" value={null} reason="fewer than 5 test items with it" n={3} />
      </Stats>
      <div className="row">
        <Badge>draft</Badge>
        <Badge tone="info">open</Badge>
        <Badge tone="ok">published</Badge>
        <Badge tone="warn">stale lease</Badge>
        <Badge tone="error">failed</Badge>
        <Badge tone="purple">adjudicated</Badge>
        <Tooltip text="Opens the dispute with the widest split">
          <Button small>With a tooltip</Button>
        </Tooltip>
        <Button kind="quiet">Quiet</Button>
        <Button kind="danger" onClick={() => setAsking(true)}>
          Close campaign
        </Button>
        <Button disabled>Not now</Button>
        <Button isBusy kind="primary">
          Saving
        </Button>
        <Button onClick={() => toast.ok("Campaign saved")}>Toast</Button>
        <Button
          onClick={() =>
            toast.error(
              new ProblemError({
                status: 409,
                type: "campaign-open",
                title: "The campaign is still open",
                detail: "Close it before you export.",
              }),
            )
          }
        >
          Problem toast
        </Button>
        <Menu
          button="Faces"
          entries={[
            { id: "a", label: "Faces", hint: "lead", isCurrent: true },
            { id: "b", label: "Posters", hint: "reviewer" },
          ]}
        />
      </div>
      <ForestPlot
        title="Agreement per Defect"
        finding="2 of 5 defects lie below 0.60; “Waxy skin” is the worst (0.31, 0.22 to 0.40)."
        rowLabel="Defect"
        valueLabel="alpha"
        nLabel="Items"
        references={[{ at: 0.6, label: "least acceptable" }]}
        columns={[{ key: "prevalence", head: "Prevalence", text: (row) => formatShare((row.n ?? 0) / 3000) }]}
        rows={[
          ...DEFECTS.map(([label, n, value, low, high]) => ({
            key: label,
            label,
            n,
            value,
            interval: [low, high] as const,
            href: "/",
            isWeak: n < 20,
          })),
          { key: "none", label: "Moiré", n: 0, value: null, interval: null, reason: "nobody marked it" },
        ]}
      />
      <div className="columns">
        <Panel title="Defects by level">
          <Bars
            title="How often each Defect occurs"
            level={3}
            finding="“Garbled text” is the most common failure (27.1 %, 25.5 to 28.7 %)."
            rowLabel="Defect"
            valueLabel="Rate"
            parts={[
              { key: "1", label: "1 minor" },
              { key: "2", label: "2 visible" },
              { key: "3", label: "3 critical" },
            ]}
            rows={DEFECTS.map(([label, n]) => ({
              key: label,
              label,
              n,
              value: n / 3000,
              interval: [n / 3200, n / 2800] as const,
              href: "/",
              isWeak: n < 20,
              parts: { "1": n / 6000, "2": n / 9000, "3": n / 18000 },
            }))}
          />
        </Panel>
        <Panel title="Generation record" aside={<Badge>PNG</Badge>}>
          <Facts
            rows={[
              ["Prompt", "a woman holding a sign that reads OPEN, 35 mm, soft light"],
              ["Generator", "atelier-xl 1.2"],
              ["Seed", "90210"],
              ["Size", "1,024 × 1,024"],
              ["Reference", null],
            ]}
          />
        </Panel>
      </div>
      <Panel>
        <Matrix
          title="Reviewer by Reviewer"
          finding="dora disagrees with everybody (0.41 to 0.48); the others lie above 0.69."
          rowLabel="Reviewer"
          columnLabel="Reviewer"
          valueLabel="alpha"
          rows={["ada", "ben", "dora", "eli"].map((key) => ({ key, label: key }))}
          columns={["ada", "ben", "dora", "eli"].map((key) => ({ key, label: key }))}
          domain={[0, 1]}
          cells={["ada", "ben", "dora", "eli"].flatMap((row, down) =>
            ["ada", "ben", "dora", "eli"].map((column, across) =>
              down === across
                ? { row, column, value: null, reason: "the same person" }
                : {
                    row,
                    column,
                    value: down === 2 || across === 2 ? 0.41 + 0.03 * down : 0.69 + 0.05 * across,
                    n: 400 + 10 * down,
                    href: "/",
                    isWeak: down + across === 5,
                  },
            ),
          )}
        />
        <LineBand
          title="Test item accuracy"
          finding="ben falls below 0.80 after the 40th minute."
          x="time"
          xLabel="Day"
          yLabel="Share right"
          yDomain={[0.5, 1]}
          references={[{ at: 0.8, label: "goal" }]}
          series={["ada", "ben"].map((key, which) => ({
            key,
            label: key,
            points: Array.from({ length: 12 }, (_, day) => {
              const y = 0.92 - which * 0.012 * day + 0.02 * Math.sin(day * 2);
              return {
                x: `2026-09-${String(day + 1).padStart(2, "0")}T00:00:00Z`,
                y,
                interval: [y - 0.04, y + 0.03] as const,
                n: 30,
              };
            }),
          }))}
        />
      </Panel>
      <Table
        caption="Jobs"
        columns={[
          { key: "name", head: "Job", cell: (row) => row.name, isRowHead: true, sortBy: "name" },
          {
            key: "state",
            head: "State",
            cell: (row) => <Badge tone={row.state === "failed" ? "error" : "ok"}>{row.state}</Badge>,
          },
          {
            key: "progress",
            head: "Progress",
            cell: (row) => <ProgressBar label="Images" value={row.n} max={400} />,
          },
          {
            key: "n",
            head: "Images",
            cell: (row) => row.n,
            numeric: true,
            sortBy: "n",
            descendingFirst: true,
          },
          {
            key: "act",
            head: <span className="visually-hidden">Actions</span>,
            cell: () => <Button small>Cancel</Button>,
          },
        ]}
        rows={[
          { name: "Import faces-september.zip", state: "running", n: 212 },
          { name: "Train detectors", state: "failed", n: 400 },
        ]}
        rowKey={(row) => row.name}
        sort={sort}
        onSort={setSort}
        footer={
          <Pagination
            shown={2}
            total={1204}
            hasPrevious={false}
            hasNext
            onPrevious={() => {}}
            onNext={() => {}}
          />
        }
      />
      <Table
        caption="Exports"
        columns={[{ key: "a", head: "File", cell: () => null }]}
        rows={[]}
        rowKey={() => ""}
        empty={
          <EmptyState title="No exports yet" actions={<Button kind="primary">New export</Button>}>
            An export freezes the gold labels of a campaign with their provenance.
          </EmptyState>
        }
      />
      <Tabs
        label="Campaign settings"
        tabs={[
          {
            id: "plan",
            label: "Plan",
            content: (
              <div className="columns">
                <form className="form">
                  <TextField label="Name" value={text} onChange={setText} hint="Reviewers see it." />
                  <TextField
                    label="Slug"
                    value="autumn faces"
                    onChange={() => {}}
                    error="Only small letters, digits and hyphens."
                  />
                  <NumberField
                    label="Annotations per Item"
                    value={number}
                    onChange={setNumber}
                    min={1}
                    max={9}
                  />
                  <SelectField
                    label="Version"
                    value={null}
                    options={[{ value: "3.2", label: "3.2" }]}
                    onChange={() => {}}
                    placeholder="Choose a Version"
                  />
                  <ComboField
                    label="Defect"
                    options={DEFECTS.map(([label]) => ({ value: label, label }))}
                    value={combo}
                    onChange={setCombo}
                    placeholder="Type to search"
                  />
                  <TextArea label="Note" value="" onChange={() => {}} isOptional />
                </form>
                <div className="form">
                  <RadioGroup
                    label="Consensus"
                    value={choice}
                    onChange={setChoice}
                    options={[
                      { value: "majority", label: "Majority of 3", hint: "A tie goes to the adjudicator." },
                      { value: "two", label: "Agreement of 2" },
                    ]}
                  />
                  <Checkbox
                    label="Ask for the verdict of the image"
                    hint="Accept, retouch, regenerate, reject."
                    isChecked={isOn}
                    onChange={setOn}
                  />
                  <FileDrop
                    label="Choose images"
                    hint="PNG, JPEG, WebP or GIF, up to 40 MB each"
                    onFiles={() => {}}
                  />
                </div>
              </div>
            ),
          },
          { id: "people", label: "People", content: <EmptyState title="Nobody invited yet" /> },
        ]}
      />
      <Notice title="14 Defects are asked">Above 12, Reviewers begin to miss rare ones.</Notice>
      <Notice tone="warn" title="Agreement below 0.60">
        Refine the definition or add an example before you go on.
      </Notice>
      <ErrorState
        error={
          new ProblemError({
            status: 422,
            title: "3 rows cannot be read",
            type: "manifest-invalid",
            detail: "Nothing was imported.",
            violations: [{ pointer: "/rows/17/seed", detail: "expected a whole number, got “abc”" }],
          })
        }
      />
      <ErrorState error={new ProblemError({ status: 503 })} onRetry={() => {}} />
      <Skeleton />
      <Gallery label="Images" items={pictures} onOpen={setOpen} isSelected={(item) => item.key === "1"} />
      <ConfirmDialog
        title="Close “Autumn faces”?"
        confirm="Close campaign"
        isDanger
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => Promise.reject(new ProblemError({ status: 503 }))}
      >
        12 leases are live. Their Reviewers can still finish within 20 minutes; nobody gets a new Item. You
        can open it again.
      </ConfirmDialog>
      {open !== null && (
        <Lightbox
          title={`Image ${open + 1}`}
          image={PICTURE}
          alt="A circle"
          index={open}
          count={pictures.length}
          onIndex={setOpen}
          onClose={() => setOpen(null)}
        >
          <Facts
            rows={[
              ["Prompt", "a circle"],
              ["Seed", "7"],
            ]}
          />
        </Lightbox>
      )}
    </>
  );
}

const root = document.getElementById("root");
const isDark = new URLSearchParams(location.search).has("dark");
if (isDark) document.documentElement.dataset["theme"] = "dark";
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ToastProvider>
        <main className="content" style={{ margin: "0 auto" }}>
          <Kit />
        </main>
      </ToastProvider>
    </StrictMode>,
  );
}
