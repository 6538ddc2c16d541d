import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";

export interface FieldFrame {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong and what to do; from the server by `byField(error)`. */
  error?: string | undefined;
  isOptional?: boolean;
  isWide?: boolean;
}

interface Ids {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** Label, control, hint and error, tied together for assistive technology. For a control that is not below. */
export function Field(props: FieldFrame & { children: (ids: Ids) => ReactNode }) {
  const { label, hint, error, isOptional, isWide, children } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={isWide ? "field wide" : "field"}>
      <label htmlFor={id}>
        {label}
        {isOptional && <span className="optional"> (optional)</span>}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && (
        <span className="field-error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

type Bare<T> = Omit<T, "id" | "className" | "onChange" | "value" | "defaultValue">;

export interface TextFieldProps extends FieldFrame, Bare<InputHTMLAttributes<HTMLInputElement>> {
  value: string;
  onChange: (value: string) => void;
}

export function TextField({ label, hint, error, isOptional, isWide, onChange, ...rest }: TextFieldProps) {
  return (
    <Field {...{ label, hint, error, isOptional, isWide }}>
      {(ids) => (
        <input
          type="text"
          required={!isOptional}
          {...rest}
          {...ids}
          className="input"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface TextAreaProps extends FieldFrame, Bare<TextareaHTMLAttributes<HTMLTextAreaElement>> {
  value: string;
  onChange: (value: string) => void;
}

export function TextArea({ label, hint, error, isOptional, isWide, onChange, ...rest }: TextAreaProps) {
  return (
    <Field {...{ label, hint, error, isOptional, isWide }}>
      {(ids) => (
        <textarea
          required={!isOptional}
          {...rest}
          {...ids}
          className="input"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  hint?: ReactNode;
  isDisabled?: boolean;
}

export interface SelectFieldProps<Value extends string>
  extends FieldFrame, Bare<SelectHTMLAttributes<HTMLSelectElement>> {
  options: readonly Option<Value>[];
  /** Null shows `placeholder`. */
  value: Value | null;
  onChange: (value: Value) => void;
  placeholder?: string;
}

/** A native select: right for short lists. For long lists with search take ComboField. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, hint, error, isOptional, isWide, options, value, onChange, placeholder, ...rest } = props;
  return (
    <Field {...{ label, hint, error, isOptional, isWide }}>
      {(ids) => (
        <select
          required={!isOptional}
          {...rest}
          {...ids}
          className="input"
          value={value ?? ""}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {value === null && <option value="">{placeholder ?? "Choose"}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.isDisabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export interface CheckboxProps {
  label: ReactNode;
  hint?: ReactNode;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  isDisabled?: boolean;
  name?: string;
}

export function Checkbox({ label, hint, isChecked, onChange, isDisabled, name }: CheckboxProps) {
  const id = useId();
  return (
    <label className="choice">
      <input
        type="checkbox"
        name={name}
        checked={isChecked}
        disabled={isDisabled}
        aria-describedby={hint ? id : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{label}</span>
      {hint && (
        <span className="hint" id={id}>
          {hint}
        </span>
      )}
    </label>
  );
}

export interface RadioGroupProps<Value extends string> extends FieldFrame {
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
}

export function RadioGroup<Value extends string>(props: RadioGroupProps<Value>) {
  const { label, hint, error, isWide, options, value, onChange } = props;
  const name = useId();
  return (
    <fieldset
      className={isWide ? "field wide" : "field"}
      aria-describedby={error ? `${name}-error` : undefined}
    >
      <legend>{label}</legend>
      {hint && <span className="hint">{hint}</span>}
      {options.map((option) => (
        <label className="choice" key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.isDisabled}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
          {option.hint && <span className="hint">{option.hint}</span>}
        </label>
      ))}
      {error && (
        <span className="field-error" id={`${name}-error`}>
          {error}
        </span>
      )}
    </fieldset>
  );
}

export interface SegmentsProps<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

/** Two to five views of the same thing, one at a time. */
export function Segments<Value extends string>({ label, options, value, onChange }: SegmentsProps<Value>) {
  return (
    <div role="group" aria-label={label} className="segments">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          disabled={option.isDisabled}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
