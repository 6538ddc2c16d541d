import {
  Button as AriaButton,
  ComboBox,
  FieldError,
  Group,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from "react-aria-components";
import type { FieldFrame, Option } from "./fields";

export interface ComboFieldProps extends FieldFrame {
  options: readonly Option[];
  value: string | null;
  onChange: (value: string | null) => void;
  placeholder?: string;
}

/** Choice from a long list by typing part of the name. */
export function ComboField({
  label,
  hint,
  error,
  isOptional,
  isWide,
  options,
  value,
  onChange,
  placeholder,
}: ComboFieldProps) {
  return (
    <ComboBox
      className={isWide ? "field wide" : "field"}
      selectedKey={value}
      onSelectionChange={(key) => onChange(key === null ? null : String(key))}
      isInvalid={!!error}
      isRequired={!isOptional}
      validationBehavior="aria"
      menuTrigger="focus"
    >
      <Label>
        {label}
        {isOptional && <span className="optional"> (optional)</span>}
      </Label>
      <Group className="number-group combo-group">
        <Input className="input" {...(placeholder && { placeholder })} />
        <AriaButton className="button">▾</AriaButton>
      </Group>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
      <Popover className="popover">
        <ListBox className="menu">
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.label}
              className="menu-item"
              isDisabled={option.isDisabled ?? false}
            >
              <span>{option.label}</span>
              {option.hint && <span className="hint">{option.hint}</span>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
