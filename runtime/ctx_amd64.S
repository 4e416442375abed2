/* ctx_amd64.S: switching stacks on x86-64.
 *
 * Floor 1. A goroutine that does not run has, at G.sp:
 *
 *     sp+0   r15
 *        8   r14
 *       16   r13
 *       24   r12
 *       32   rbx
 *       40   rbp
 *       48   where to go on          <- what rt_resume returns to
 *       56   the rest of its stack
 *
 * One that was stopped elsewhere than in a call of rt_mcall or gol_systemstack goes on at resume_check or
 * resume_async, which finds all other registers above:
 *
 *       56   r15 r14 r13 r12 r11 r10 r9 r8 rdi rsi rbp rbx rdx rcx rax rflags
 *      184   the address in the emitted function
 *
 * and its vector state in the M's buffer (proc.c puts it there before it resumes the G). The order of steps is what
 * the collector's stop relies on, since it may come between any two instructions: first the registers are
 * saved and G.sp is set, then rsp leaves the stack. While rsp is in the goroutine's stack the collector scans from rsp,
 * afterwards from G.sp.
 *
 * Each frame here is described for unwinders. The callers of gol_morestack have stepped over 128 bytes of red
 * zone, which their own unwind information does not know: so ours gives them back their rsp.
 */

#define G_SP    0
#define G_LO    8
#define G_HI    16
#define M_G0_SP 0
#define M_XSAVE 32

#define TLS(name) %fs:name@tpoff

        .text

        .macro  FUNCTION name
        .globl  \name
        .type   \name, @function
        .balign 16
\name:
        .cfi_startproc
        .endm
        .macro  END name
        .cfi_endproc
        .size   \name, . - \name
        .endm

        .macro  PUSH_SAVED
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        .endm
        .macro  POP_SAVED
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        .endm

/* void rt_mcall(void (*fn)(G *)) */
FUNCTION rt_mcall
        .hidden rt_mcall
        PUSH_SAVED
        movq    TLS(rt_tls_g), %rax
        movq    %rsp, G_SP(%rax)
        movq    TLS(rt_tls_m), %rcx
        movq    M_G0_SP(%rcx), %rsp
        movq    %rdi, %rdx
        movq    %rax, %rdi
        call    *%rdx
        ud2
END rt_mcall

/* void rt_resume(uintptr_t sp) */
FUNCTION rt_resume
        .hidden rt_resume
        movq    %rdi, %rsp
        POP_SAVED
        ret
END rt_resume

/* void gol_systemstack(void (*fn)(void *), void *arg). Called straight when not on a goroutine's stack. */
FUNCTION gol_systemstack
        movq    TLS(rt_tls_g), %rdx
        testq   %rdx, %rdx
        je      1f
        movq    %rsp, %rcx
        subq    G_LO(%rdx), %rcx
        movq    G_HI(%rdx), %rax
        subq    G_LO(%rdx), %rax
        cmpq    %rax, %rcx
        jae     1f
        PUSH_SAVED
        movq    %rsp, G_SP(%rdx)
        movq    %rdx, %rbx
        movq    TLS(rt_tls_m), %rax
        movq    M_G0_SP(%rax), %rsp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        call    *%rax
        movq    G_SP(%rbx), %rsp
        POP_SAVED
        ret
        .cfi_def_cfa %rsp, 8
1:      movq    %rdi, %rax
        movq    %rsi, %rdi
        jmp     *%rax
END gol_systemstack

        .macro  PUSH_ALL
        pushfq
        pushq   %rax
        pushq   %rcx
        pushq   %rdx
        pushq   %rbx
        pushq   %rbp
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        .endm
        .macro  POP_ALL
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rbp
        popq    %rbx
        popq    %rdx
        popq    %rcx
        popq    %rax
        popfq
        .endm

/* The frame after PUSH_ALL: CFA is above the return address, and 128 below the interrupted rsp. */
        .macro  CFI_ALL
        .cfi_def_cfa %rsp, 136
        .cfi_rel_offset %r15, 0
        .cfi_rel_offset %r14, 8
        .cfi_rel_offset %r13, 16
        .cfi_rel_offset %r12, 24
        .cfi_rel_offset %r11, 32
        .cfi_rel_offset %r10, 40
        .cfi_rel_offset %r9, 48
        .cfi_rel_offset %r8, 56
        .cfi_rel_offset %rdi, 64
        .cfi_rel_offset %rsi, 72
        .cfi_rel_offset %rbp, 80
        .cfi_rel_offset %rbx, 88
        .cfi_rel_offset %rdx, 96
        .cfi_rel_offset %rcx, 104
        .cfi_rel_offset %rax, 112
        .cfi_escape 0x16, 7, 3, 0x23, 0x80, 1 /* rsp is CFA + 128; clang knows no .cfi_val_offset, libunwind not what it means */
        .endm

/* All registers are on the stack. Saves the vector state in the M, makes the frame that rt_resume wants and calls
 * rt_newstack or rt_preempted (g, wanted in %rsi) on the system stack. It returns the sp to resume, or schedules. */
        .macro  LEAVE resume, function
        leaq    \resume(%rip), %rax
        pushq   %rax
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    TLS(rt_tls_g), %rdi
        movq    %rsp, G_SP(%rdi)
        movq    TLS(rt_tls_m), %rbx
        movq    M_G0_SP(%rbx), %rsp
        movq    M_XSAVE(%rbx), %rcx
        movl    rt_xsave_mask(%rip), %eax
        movl    rt_xsave_mask+4(%rip), %edx
        xsave   (%rcx)
        call    \function
        movq    %rax, %rsp
        POP_SAVED
        ret
        .endm
        .macro  RESTORE_VECTORS
        movq    TLS(rt_tls_m), %rbx
        movq    M_XSAVE(%rbx), %rcx
        movl    rt_xsave_mask(%rip), %eax
        movl    rt_xsave_mask+4(%rip), %edx
        xrstor  (%rcx)
        .endm

/* From here to rt_redzone_end the caller's rsp is 128 above the CFA: libunwind cannot follow that by itself, and
 * traceback.c helps it. */
        .globl  rt_redzone_begin
        .hidden rt_redzone_begin
rt_redzone_begin:

/* Called by GOL_STACK_CHECK; preserves everything. */
FUNCTION gol_morestack
        PUSH_ALL
        CFI_ALL
        xorl    %esi, %esi
        LEAVE   resume_check, rt_newstack
END gol_morestack

/* The same with the bytes that the next frame wants in r11. */
FUNCTION gol_morestack_frame
        PUSH_ALL
        CFI_ALL
        movq    %r11, %rsi
        LEAVE   resume_check, rt_newstack
END gol_morestack_frame

        .type   resume_check, @function
        .cfi_startproc
        CFI_ALL
        nop     /* unwinders look up the address before a return address */
resume_check:
        RESTORE_VECTORS
        POP_ALL
        ret
        .cfi_endproc
        .size   resume_check, . - resume_check

/* Entered by the preemption signal's handler in place of the interrupted instruction, which is the return address,
 * 128 bytes below the interrupted rsp. */
FUNCTION rt_async_preempt
        .hidden rt_async_preempt
        .cfi_signal_frame
        PUSH_ALL
        CFI_ALL
        cld
        LEAVE   resume_async, rt_preempted
END rt_async_preempt

        .type   resume_async, @function
        .cfi_startproc
        .cfi_signal_frame
        CFI_ALL
        nop
resume_async:
        RESTORE_VECTORS
        POP_ALL
        ret     $128
        .cfi_endproc
        .size   resume_async, . - resume_async

/* Entered by the fault handler in place of the faulting instruction, as rt_async_preempt is. */
FUNCTION rt_sigpanic_call
        .hidden rt_sigpanic_call
        .cfi_signal_frame
        .cfi_escape 0x16, 7, 3, 0x23, 0x80, 1 /* rsp is CFA + 128; clang knows no .cfi_val_offset, libunwind not what it means */
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        cld
        andq    $-16, %rsp
        call    rt_sigpanic
        ud2
END rt_sigpanic_call

        .globl  rt_redzone_end
        .hidden rt_redzone_end
rt_redzone_end:

/* Where a new goroutine begins: r12(r13), then the end. */
FUNCTION rt_gostart
        .hidden rt_gostart
        .cfi_undefined %rip
        nop
        .globl  rt_gostart_entry
        .hidden rt_gostart_entry
rt_gostart_entry:
        movq    %r13, %rdi
        call    *%r12
        call    rt_goexit
        ud2
END rt_gostart

        .section .note.GNU-stack, "", @progbits
