import {
  Button as AriaButton,
  FieldError,
  Group,
  Input,
  Label,
  NumberField as AriaNumberField,
  Text,
} from "react-aria-components";
import type { FieldFrame } from "./fields";

export interface NumberFieldProps extends FieldFrame {
  /** Null while empty. */
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
  step?: number;
  /** For shares: `{ style: "percent" }`. */
  format?: Intl.NumberFormatOptions;
  name?: string;
  isDisabled?: boolean;
}

export function NumberField(props: NumberFieldProps) {
  const {
    label,
    hint,
    error,
    isOptional,
    isWide,
    value,
    onChange,
    min,
    max,
    step,
    format,
    name,
    isDisabled,
  } = props;
  return (
    <AriaNumberField
      className={isWide ? "field wide" : "field"}
      value={value ?? Number.NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? null : next)}
      {...(min !== undefined && { minValue: min })}
      {...(max !== undefined && { maxValue: max })}
      {...(step !== undefined && { step })}
      {...(format && { formatOptions: format })}
      {...(name && { name })}
      isDisabled={isDisabled ?? false}
      isRequired={!isOptional}
      isInvalid={!!error}
      validationBehavior="aria"
    >
      <Label>
        {label}
        {isOptional && <span className="optional"> (optional)</span>}
      </Label>
      <Group className="number-group">
        <Input className="input" />
        <AriaButton slot="decrement" className="button">
          −
        </AriaButton>
        <AriaButton slot="increment" className="button">
          +
        </AriaButton>
      </Group>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaNumberField>
  );
}
